import {
  offset,
  type Axis,
  type Span,
  type SpanKind,
  type Trace,
  type TraceStep,
} from "@tendril/operations";

import { duration, exactly } from "../present.ts";
import { presentJobState } from "../present-job.ts";
import { presentSubject } from "../subject.ts";

/** In percent of the axis; thinner than this nobody sees it. */
const thinnest = 0.5;

/** Indented no further than this. */
const deepest = 4;

/** A row of the waterfall. */
export function presentTrace(trace: Trace, wanted: string, now: Date) {
  const { id, origin, follows, steps, isMore, began, ended, axis } = trace;
  const toBar = (spans: readonly Span[], marks: readonly { at: Date; label: string }[] = []) => ({
    spans: spans.map((each) => presentSpan(axis, each, began, now)),
    marks: marks.map(({ at, label }) => ({
      x: percent(Math.min(0.995, Math.max(0.005, axis.position(at)))),
      label,
      after: offset(began, at),
    })),
  });
  return {
    id,
    title: origin.title,
    isRunning: ended === null,
    isMore,
    facts: {
      Began: `${exactly(began).replace(" UTC", "")}.${milliseconds(began)} UTC`,
      [ended ? "Took" : "Took so far"]: duration((ended ?? now).getTime() - began.getTime()),
      Jobs: `${rowsOf(steps).length}${isMore ? " shown, there are more" : ""}`,
      Instances: instancesOf(trace).join(", "),
      Releases: releasesOf(trace).join(", "),
    },
    follows: follows && {
      text: `${follows.name} ${follows.jobId.slice(0, 8)}`,
      href: `/ops/trace/${follows.trace}`,
    },
    origin: { title: origin.title, text: origin.text, ...toBar(origin.spans) },
    cuts: axis.pieces
      .filter(({ cut }) => cut)
      .map(({ from, to, start, end }) => ({
        x: percent(start),
        width: percent(end - start),
        middle: percent((start + end) / 2),
        text: duration(to.getTime() - from.getTime()),
      })),
    rows: rowsOf(steps).map(({ step, level }) => ({
      id: step.id,
      href: `/ops/jobs/${step.id}`,
      name: step.name,
      level: Math.min(level, deepest),
      isWanted: step.id === wanted,
      state: presentJobState(step.state),
      result: step.result && {
        text: step.result.text,
        failed: step.result.outcome === "failed",
        href: presentSubject(step.result.subject).href,
      },
      ...toBar(step.spans, step.result?.marks),
    })),
  };
}

function rowsOf(steps: readonly TraceStep[], level = 0): { step: TraceStep; level: number }[] {
  return steps.flatMap((step) => [{ step, level }, ...rowsOf(step.followedBy, level + 1)]);
}

/** How a stretch of time is drawn; a class each in the style sheet. */
const looks: Record<SpanKind, "work" | "wait" | "rest"> = {
  request: "work",
  transaction: "work",
  answer: "work",
  attempt: "work",
  outbox: "wait",
  queue: "wait",
  due: "rest",
  pause: "rest",
  dead: "rest",
};

function presentSpan(axis: Axis, each: Span, began: Date, now: Date) {
  const { kind, label, from, to, outcome, instance, release, error, letter } = each;
  const start = axis.position(from);
  const width = Math.max(thinnest, (axis.position(to ?? now) - start) * 100);
  const failed = outcome === "failed";
  return {
    label,
    error,
    failed,
    look: failed && looks[kind] === "work" ? "failed" : kind === "dead" ? "dead" : looks[kind],
    kind,
    x: `${Math.min(start * 100, 100 - thinnest).toFixed(2)}%`,
    width: `${width.toFixed(2)}%`,
    after: offset(began, from),
    took: to ? duration(to.getTime() - from.getTime()) : "so far",
    letter: letter && { ...letter, href: `/ops/letters/${letter.id}` },
    where: instance === null ? null : placeOf(instance, release),
  };
}

function placeOf(instance: string, release: string | null): string {
  return release === null ? instance : `${instance}, release ${release.slice(0, 12)}`;
}

const percent = (part: number): string => `${(part * 100).toFixed(2)}%`;

const milliseconds = (at: Date): string => String(at.getUTCMilliseconds()).padStart(3, "0");

function spansOf({ origin, steps }: Trace): Span[] {
  return [...origin.spans, ...rowsOf(steps).flatMap(({ step }) => step.spans)];
}

function instancesOf(trace: Trace): string[] {
  return unique(spansOf(trace).map(({ instance }) => instance));
}

function releasesOf(trace: Trace): string[] {
  return unique(spansOf(trace).map(({ release }) => release?.slice(0, 12) ?? null));
}

function unique(names: readonly (string | null)[]): string[] {
  return [...new Set(names.filter((name) => name !== null))].toSorted();
}
