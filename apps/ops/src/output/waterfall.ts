import { offset, type Axis, type Span, type Trace, type TraceStep } from "@tendril/operations";

import { duration } from "./words.ts";

const barWidth = { least: 16, most: 48 };
const nameWidth = 26;

const signs: Record<Span["kind"], string> = {
  request: "█",
  transaction: "█",
  answer: "█",
  attempt: "█",
  outbox: "▒",
  queue: "▒",
  due: "·",
  pause: "·",
  dead: "x",
};

type Marks = readonly { at: Date; label: string }[];

/** A journey as lines: a bar on the one axis for each job, and its times below. */
export function waterfall(trace: Trace, now: Date, columns: number): string[] {
  const { id, origin, follows, axis, began, ended, isMore } = trace;
  const width = Math.min(barWidth.most, Math.max(barWidth.least, columns - nameWidth - 2));
  const total = duration((ended ?? now).getTime() - began.getTime());
  const row = (name: string, spans: readonly Span[], marks: readonly Date[] = []) =>
    `${fit(name)}  ${bar(axis, spans, marks, width, now)}`.trimEnd();
  const told = (spans: readonly Span[], indent: string, marks: Marks = []) =>
    [
      ...spans.map((span) => ({ at: span.from, line: spanLine(span, began, now) })),
      ...marks.map(({ at, label }) => ({ at, line: `${since(began, at)}${label}` })),
    ]
      .toSorted((a, b) => a.at.getTime() - b.at.getTime())
      .map(({ line }) => `${indent}${line}`);
  const steps = (followed: readonly TraceStep[], level: number): string[] =>
    followed.flatMap(({ name, state, spans, result, followedBy }) => {
      const indent = "  ".repeat(level);
      const marks = result?.marks ?? [];
      return [
        row(
          `${indent}${name}`,
          spans,
          marks.map(({ at }) => at),
        ),
        ...told(spans, `${indent}    `, marks),
        `${indent}    → ${state}${result ? `; ${result.text}` : ""}`,
        ...steps(followedBy, level + 1),
      ];
    });
  const cuts = axis.pieces.filter(({ cut }) => cut);
  return [
    `trace ${id}`,
    origin.title,
    `began ${began.toISOString()}, ${ended ? `took ${total}` : `${total} so far`}`,
    ...(follows ? [`follows from ${follows.name} ${follows.jobId}`] : []),
    ...(cuts.length > 0
      ? [
          `long waits drawn shorter: ${cuts.map(({ from, to }) => duration(to.getTime() - from.getTime())).join(", ")}`,
        ]
      : []),
    "█ at work  ▒ outbox and queue  · waits for its time  ! failed  x on the desk  o a mark",
    "",
    row(origin.title, origin.spans),
    ...told(origin.spans, "    "),
    ...(origin.text === null ? [] : [`    → ${origin.text}`]),
    ...steps(trace.steps, 0),
    ...(isMore ? [`More jobs followed: jobs find --trace ${id}`] : []),
  ];
}

function bar(
  axis: Axis,
  spans: readonly Span[],
  marks: readonly Date[],
  width: number,
  now: Date,
): string {
  const cells = Array.from({ length: width }, () => " ");
  const cell = (at: Date) => Math.min(width - 1, Math.floor(axis.position(at) * width));
  for (const { kind, from, to, outcome } of spans) {
    const sign = outcome === "failed" && signs[kind] === "█" ? "!" : signs[kind];
    const [first, last] = [cell(from), Math.max(cell(from), cell(to ?? now))];
    // What is short is not hidden by the wait after it.
    for (let index = first; index <= last; index++)
      if (signs[kind] === "█" || cells[index] === " ") cells[index] = sign;
  }
  for (const at of marks) cells[cell(at)] = "o";
  return cells.join("");
}

function spanLine(
  { label, from, to, instance, release, error, letter }: Span,
  began: Date,
  now: Date,
) {
  const took = duration((to ?? now).getTime() - from.getTime());
  const where =
    instance === null ? "" : ` on ${instance}${release ? ` (${release.slice(0, 12)})` : ""}`;
  const why = error === null ? "" : `: ${error}`;
  const lay =
    letter === null ? "" : `: letter ${letter.id}${letter.closed ? `, ${letter.closed}` : ""}`;
  return `${since(began, from)}${label}${lay} ${took}${to ? "" : " so far"}${where}${why}`;
}

const since = (began: Date, at: Date): string => offset(began, at).padEnd(14);

function fit(name: string): string {
  return name.length > nameWidth ? `${name.slice(0, nameWidth - 1)}…` : name.padEnd(nameWidth);
}
