import {
  describeDiedAgain,
  isQuiet,
  type Canary,
  type LetterFilter,
  type RedriveRun,
} from "@tendril/operations";

import { counted, when } from "../present.ts";
import { describeFilter, hrefOf } from "./filter.ts";

const path = "/ops/letters/redrives";

const tones = { running: "good", stopped: "bad", done: "plain" } as const;

export function presentListed(run: RedriveRun, now: Date) {
  return {
    id: run.id,
    href: `${path}/${run.id}`,
    state: { text: run.state, tone: tones[run.state] },
    what: describeFilter(run.filter),
    sent: `${run.sent.toLocaleString("en-GB")} of ${counted(run.planned, "letter")}`,
    operator: run.operator,
    at: when(run.createdAt, now),
    reason: run.reason,
  };
}

/** `died`: open letters like those that it sends, since it began. `diedAgain`: letters of its own jobs. */
export function presentRedrive(
  run: RedriveRun,
  {
    canary,
    died,
    diedAgain,
  }: { canary: Canary | null; died: number; diedAgain: readonly number[] },
  now: Date,
) {
  const { id, state, phase, sent, planned, leftOpen, rate } = run;
  return {
    ...presentListed(run, now),
    path: `${path}/${id}`,
    isRunning: state === "running",
    canResume: state === "stopped",
    does: doesWhat(run, canary),
    isQuiet: isQuiet(run, now),
    outcome: run.outcome,
    progress: { value: sent + leftOpen, max: Math.max(planned, sent + leftOpen, 1) },
    counts: [
      ["Sent back", sent.toLocaleString("en-GB")],
      ["Left as they were", leftOpen.toLocaleString("en-GB")],
      ["Meant at the beginning", planned.toLocaleString("en-GB")],
      ["Pace", rate === null ? "as fast as it goes" : `${counted(rate, "letter")} a second`],
      ["Ended", run.endedAt ? when(run.endedAt, now).text : "not yet"],
    ],
    canary: canary && {
      first: phase === "canary",
      counts: [
        ["Went first", String(canary.letters)],
        ["Came to a good end", String(canary.succeeded)],
        ["Had nothing left to do", String(canary.skipped)],
        ["Died again", String(canary.failed.length)],
        ["On their way", String(canary.waiting.length)],
      ],
      failed: canary.failed.map(presentJob),
      waiting: canary.waiting.map(presentJob),
    },
    diedAgain: diedAgain.length === 0 ? null : presentDiedAgain(diedAgain),
    died:
      died <= diedAgain.length
        ? null
        : { text: diedText(died), href: hrefOf("/ops/letters", likeThose(run)) },
  };
}

/** Letters that an address can name. */
const nameable = 100;

function presentDiedAgain(letters: readonly number[]) {
  const ids = letters.slice(0, nameable);
  const filter: LetterFilter = { state: "open", ids };
  const what = letters.length > nameable ? `the first ${nameable}` : "them";
  return {
    text: `${describeDiedAgain({ diedAgain: [...letters] })}.`,
    button: `Send ${letters.length === 1 ? "it" : what} back…`,
    href: hrefOf("/ops/letters/redrive", filter),
  };
}

/** What dies again may have another cause, and its error other words. */
export function likeThose({ filter: { job, queue }, createdAt }: RedriveRun): LetterFilter {
  return { state: "open", job, queue, since: createdAt };
}

function diedText(died: number): string {
  return died === 1
    ? "One letter of that kind has come in since it began."
    : `${counted(died, "letter")} of that kind have come in since it began.`;
}

function doesWhat(run: RedriveRun, canary: Canary | null): string {
  const { state, phase, canary: size, leftOpen } = run;
  if (state === "done")
    return leftOpen === 0
      ? "All were sent."
      : "All were sent but those that it left: messages that nobody could read, which go back from their own pages, and what others had in hand.";
  if (state === "stopped")
    return "It has stopped. What was sent goes on; the others lie here as before.";
  if (phase === "sending") return "It is sending the others.";
  const waiting = canary?.waiting.length ?? 0;
  return waiting > 0
    ? `${counted(waiting, "letter")} of those that went first ${waiting === 1 ? "is" : "are"} on the way. The others wait for their end.`
    : `The first ${size === 1 ? "letter is" : `${size} are`} about to be sent.`;
}

function presentJob({ letterId, lastError, attempts }: Canary["failed"][number]) {
  return {
    href: `/ops/letters/${letterId}`,
    text: `Letter ${letterId}`,
    error: lastError,
    attempts: attempts ?? 0,
  };
}
