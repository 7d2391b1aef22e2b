import type { JobSummary } from "@tendril/database";
import { readHistory } from "@tendril/jobs";
import type { ShownJob } from "@tendril/operations";

import { presentAttempt, presentJobState } from "../present-job.ts";
import { counted, duration, exactly, pretty, when } from "../present.ts";
import { presentSubject } from "../subject.ts";

export function presentFoundJob(job: JobSummary, now: Date) {
  return {
    href: `/ops/jobs/${job.id}`,
    name: job.name,
    queue: job.queue,
    state: presentJobState(job.state),
    attempts: job.attempts,
    worker: job.worker,
    error: job.lastError,
    payload: job.payload,
    person: job.requestedByName,
    enqueued: when(job.createdAt, now),
    waits: job.state === "queued" && job.runAt > now ? when(job.runAt, now) : null,
  };
}

export function presentJob({ job, history, attemptsAllowed, ...shown }: ShownJob, now: Date) {
  const { id, name, state, trace, requestedBy } = { ...job, ...shown };
  const lives = shown.letters.map((letter) => ({
    letter,
    attempts: readHistory(letter.attempts).length,
  }));
  const earlier = lives
    .filter(({ letter }) => letter.generation !== null && letter.generation < job.generation)
    .reduce((all, { attempts }) => all + attempts, 0);
  const open = shown.letters.find((letter) => letter.state === "open");
  return {
    title: `${name} ${id.slice(0, 8)}`,
    id,
    state: presentJobState(state),
    error: state === "done" || state === "skipped" ? null : job.lastError,
    facts: {
      Job: `${name}, version ${job.version}`,
      Queue: job.queue,
      [earlier === 0 ? "Attempts" : "Attempts since it was sent back"]:
        attemptsAllowed === null ? String(job.attempts) : `${job.attempts} of ${attemptsAllowed}`,
      ...(earlier > 0 && { "Attempts before that": String(earlier) }),
      "Sent back": job.generation === 0 ? "never" : `${job.generation}×`,
      Worker: job.worker ?? "none yet",
      ...(state === "running" && job.leaseUntil && { "Lease until": exactly(job.leaseUntil) }),
    },
    subject: presentSubject(shown.subject),
    person: requestedBy,
    trace: { id: trace, href: `/ops/trace/${trace}` },
    times: timesOf(job, now),
    payload: pretty(job.payload),
    attempts: history.map((attempt) => presentAttempt(attempt, now)),
    wasSentBack: job.generation > 0,
    letters: lives.map(({ letter, attempts }) => ({
      href: `/ops/letters/${letter.id}`,
      id: letter.id,
      state: { text: letter.state, tone: letter.state === "open" ? "bad" : "plain" },
      error: `${letter.errorName}: ${letter.errorMessage}`,
      attempts: counted(attempts, "attempt"),
      at: when(letter.createdAt, now),
    })),
    openLetter: open ? `/ops/letters/${open.id}` : null,
  };
}

/** What happened to it, in order, and how long each step took. */
function timesOf(job: ShownJob["job"], now: Date) {
  const steps: [string, Date | null][] = [
    ["Enqueued", job.createdAt],
    [job.runAt > now ? "Runs again" : "Due", job.runAt],
    ["Sent to SQS", job.dispatchedAt],
    ["Finished", job.finishedAt],
  ];
  return steps
    .flatMap(([label, at]) => (at ? [{ label, at: when(at, now), ms: at.getTime() }] : []))
    .sort((a, b) => a.ms - b.ms)
    .map(({ ms, ...step }) => ({ ...step, after: since(job.createdAt, ms) }));
}

function since(start: Date, ms: number): string | null {
  return ms > start.getTime() ? `+${duration(ms - start.getTime())}` : null;
}
