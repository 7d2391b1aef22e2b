import type { LetterState } from "@tendril/database";
import { lettersCountedUpTo, type ShownLetter } from "@tendril/operations";

import { presentAction } from "../present-action.ts";
import { presentAttempt, presentJobState } from "../present-job.ts";
import { pretty, when } from "../present.ts";
import { presentSubject } from "../subject.ts";
import { hrefOf } from "./filter.ts";
import { presentState } from "./present.ts";

const list = "/ops/letters";

/** For the view `ops/letters/letter`. */
export function presentLetter(shown: ShownLetter, now: Date) {
  const { letter, attempts, requestedBy, message } = shown;
  const { id, state, queue, errorName, errorMessage, createdAt, payload, editedPayload } = letter;
  const isOpen = state === "open";
  return {
    title: `Letter ${id}`,
    path: `${list}/${id}`,
    state: presentState(state),
    isOpen,
    job: jobName(letter),
    queue,
    errorName,
    errorMessage,
    diedAt: when(createdAt, now),
    closed: presentEnd(letter, now),
    now: isOpen ? null : presentJobNow(shown),
    run: shown.run === null ? null : `${list}/redrives/${shown.run}`,
    obstacle: isOpen ? obstacleOf(shown) : null,
    exportHref: hrefOf(`${list}/export`, { state: "any", ids: [id] }),
    alike: isOpen ? presentAlike(shown) : null,
    subject: presentSubject(shown.subject),
    person: requestedBy,
    facts: factsOf(shown),
    attempts: attempts.map((attempt) => presentAttempt(attempt, now)),
    payload: payload === null ? null : pretty(payload),
    edited: editedPayload === null ? null : pretty(editedPayload),
    message,
    stack: letter.stack,
    others: shown.others.map((other) => ({
      id: other.id,
      href: `${list}/${other.id}`,
      state: presentState(other.state),
      at: when(other.createdAt, now),
    })),
    actions: shown.actions.map((action) => presentAction(action, now)),
  };
}

export function jobName({ name }: { name: string | null }): string {
  return name ?? "a message that is no job";
}

const ends: Record<Exclude<LetterState, "open">, string> = {
  redriven: "Sent back",
  dropped: "Dropped",
};

function presentEnd({ state, closedAt, closedReason }: ShownLetter["letter"], now: Date) {
  if (state === "open" || closedAt === null) return null;
  return { how: ends[state], at: when(closedAt, now), reason: closedReason ?? "no reason given" };
}

/** What became of the job since: the point of sending it back. */
function presentJobNow({ letter, job, others }: ShownLetter) {
  if (!job) return null;
  const again = others.find(({ state }) => state === "open");
  return {
    state: presentJobState(job.state),
    href: `/ops/jobs/${job.id}`,
    text: job.id,
    letterHref: again && again.id !== letter.id ? `${list}/${again.id}` : null,
  };
}

/** Why it cannot be sent back, as it lies there. */
function obstacleOf({ letter, job, message }: ShownLetter): string | null {
  const { jobId, generation } = letter;
  if (jobId === null) return message === null ? "It belongs to no job." : null;
  if (!job) return "Its job is not there any more.";
  return job.state === "dead" && job.generation === generation
    ? null
    : `Its job is ${job.state}: it runs, or has run, since it died.`;
}

function presentAlike({ letter, alike }: ShownLetter) {
  const others = alike - 1;
  if (others < 1) return null;
  const filter = { state: "open" as const, cause: letter.cause };
  const number =
    alike >= lettersCountedUpTo ? `${lettersCountedUpTo.toLocaleString("en-GB")}+` : others;
  return {
    text: `${number} other open ${others === 1 ? "letter has" : "letters have"} the same cause.`,
    href: hrefOf(list, filter),
    all: others === 1 ? "both" : `all ${alike >= lettersCountedUpTo ? number : alike}`,
    redriveHref: letter.jobId === null ? null : hrefOf(`${list}/redrive`, filter),
  };
}

function factsOf({ letter }: ShownLetter): { label: string; text: string; href: string | null }[] {
  const { jobId, trace, worker, workerRelease, cause, sqsMessageId } = letter;
  const facts: [string, string | null, string | null][] = [
    ["Journey", trace, `/ops/trace/${trace}`],
    ["Job", jobId, `/ops/jobs/${jobId}`],
    ["Message", sqsMessageId, null],
    ["Worker", worker, null],
    ["Release", workerRelease, null],
    ["Cause", cause, hrefOf(list, { state: "any", cause })],
  ];
  return facts.flatMap(([label, text, href]) => (text === null ? [] : [{ label, text, href }]));
}
