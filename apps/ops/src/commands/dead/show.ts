import { lettersCountedUpTo, showLetter, type ShownLetter } from "@tendril/operations";
import type { Command } from "commander";

import type { OpenContext } from "../../context.ts";
import { examples } from "../../help.ts";
import { table } from "../../output/table.ts";
import { parseCount, when } from "../../output/words.ts";

export function showCommand(dead: Command, open: OpenContext): void {
  const show = dead
    .command("show")
    .description("everything about one letter")
    .argument("<id>", "the letter's number", parseCount);
  examples(show, [
    ["dead show 42", "its payload, error, stack, attempts, and what was done to it"],
    ["dead show 42 --json", "the same, for scripts"],
  ]);
  show.action(async (id: number) => {
    const { operations, output, name } = open();
    const shown = await showLetter(await operations(), id);
    output.result(shown, () => [...describe(shown, output.columns), ...whatNow(shown, name)]);
  });
}

function describe(shown: ShownLetter, columns: number): string[] {
  const { letter, attempts, message, actions } = shown;
  const { errorName, errorMessage, stack, payload, editedPayload } = letter;
  return [
    ...facts(shown),
    ...section(
      "Error",
      stack?.includes(errorMessage) ? stack : `${errorName}: ${errorMessage}\n${stack ?? ""}`,
    ),
    ...(payload === null ? [] : section("Payload", pretty(payload))),
    ...(editedPayload === null
      ? []
      : section("Edited payload, which a redrive sends", pretty(editedPayload))),
    ...(message === null ? [] : section("Message, as it came", message)),
    ...(attempts.length === 0
      ? []
      : section(
          "Attempts",
          table(
            attempts,
            [
              { head: "", of: ({ attempt }) => attempt, right: true },
              { head: "ENDED", of: ({ at }) => new Date(at) },
              { head: "HOW", of: ({ outcome }) => outcome },
              { head: "WORKER", of: ({ worker }) => worker },
              { head: "RELEASE", of: ({ release }) => short(release ?? null) },
              { head: "ERROR", of: ({ error }) => error },
            ],
            columns - margin.length,
          ).join("\n"),
        )),
    ...(actions.length === 0
      ? []
      : section(
          "Done to it",
          actions
            .map(
              ({ at, action, operator, reason }) =>
                `${when(at)}  ${action}, ${operator}: ${reason}`,
            )
            .join("\n"),
        )),
  ];
}

function facts({ letter, subject, requestedBy, job, others, alike, run }: ShownLetter): string[] {
  const { id, state, name, queue, createdAt, closedAt, closedReason } = letter;
  const lines: (readonly [string, string | null])[] = [
    ["Letter", `${id}, ${state}${closedAt ? ` since ${when(closedAt)}: ${closedReason}` : ""}`],
    [
      "Job",
      letter.jobId === null ? "none: nobody could read the message" : `${name} ${letter.jobId}`,
    ],
    ["Its state now", job && `${job.state}, generation ${job.generation}`],
    ["Queue", queue],
    ["Died", `${when(createdAt)} (UTC)`],
    ["On", letter.worker && `${letter.worker}, release ${short(letter.workerRelease)}`],
    ["About", subject && aboutOf(subject)],
    ["Asked for by", requestedBy && `@${requestedBy.username}`],
    ["Trace", letter.trace],
    [
      "Cause",
      `${letter.cause}, of ${alike >= lettersCountedUpTo ? `${alike} open letters or more` : `${alike} open`}`,
    ],
    ["Other deaths", others.map((each) => `letter ${each.id} (${each.state})`).join(", ") || null],
    ["Sent by", run === null ? null : `redrive ${run}`],
  ];
  return lines.flatMap(([what, value]) => (value === null ? [] : [`${what.padEnd(14)}${value}`]));
}

function aboutOf(subject: NonNullable<ShownLetter["subject"]>): string {
  switch (subject.kind) {
    case "photo":
      return `photo ${subject.slug}`;
    case "mail":
      return `mail ${subject.id}, ${subject.template} to ${subject.recipient} (${subject.status})`;
    case "person":
      return `@${subject.username}`;
    case "tick":
      return `tick of ${subject.task} at ${subject.scheduledAt}`;
  }
}

/** What to type next. */
function whatNow({ letter: { id, state, cause }, alike }: ShownLetter, name: string): string[] {
  if (state !== "open") return ["", `What came of it: ${name} dead history ${id}`];
  return [
    "",
    `Send it back:    ${name} dead redrive ${id} --reason "…"`,
    `Correct it:      ${name} dead edit ${id} --reason "…"`,
    `Give it up:      ${name} dead drop ${id} --reason "…"`,
    ...(alike > 1
      ? [`All of its kind: ${name} dead redrive --cause ${cause} --canary 3 --reason "…"`]
      : []),
  ];
}

const margin = "  ";

const section = (head: string, text: string) => [
  "",
  head,
  ...text
    .trimEnd()
    .split("\n")
    .map((line) => `${margin}${line}`),
];

const short = (release: string | null) => release?.slice(0, 12) ?? "unknown";

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), undefined, 2);
  } catch {
    return json;
  }
}
