import type { TracedJob, TracedLetter } from "@tendril/database";
import { readHistory, type HistoryEntry } from "@tendril/jobs";

/**
 * What a stretch of time was spent on. `due`: its time had not come; `outbox`: written, not sent yet; `queue`: in
 * SQS; `pause`: between two attempts; `dead`: on the dead-letter desk.
 */
export type SpanKind =
  | "request"
  | "transaction"
  | "answer"
  | "due"
  | "outbox"
  | "queue"
  | "attempt"
  | "pause"
  | "dead";

export type Span = {
  kind: SpanKind;
  /** `attempt 2`, `in the queue`. */
  label: string;
  from: Date;
  /** Null while it lasts. */
  to: Date | null;
  outcome: "fine" | "failed";
  instance: string | null;
  release: string | null;
  error: string | null;
  /** Where it lay as a dead letter, and what the operator said who ended that. */
  letter: { id: number; closed: string | null } | null;
};

export const span = (
  kind: SpanKind,
  label: string,
  from: Date,
  to: Date | null,
  more: Partial<Span> = {},
): Span => ({
  kind,
  label,
  from,
  to,
  outcome: "fine",
  instance: null,
  release: null,
  error: null,
  letter: null,
  ...more,
});

/** All that happened to a job, in order and without gaps, from its row and its earlier deaths. */
export function spansOf(job: TracedJob, letters: readonly TracedLetter[], now: Date): Span[] {
  const spans: Span[] = [];
  let at = job.createdAt;
  const add = (...added: Span[]) => {
    spans.push(...added);
    at = added.at(-1)?.to ?? at;
  };
  const addAttempts = (json: string) => {
    let isFirst = true;
    for (const entry of readHistory(json)) {
      add(...attemptOf(at, entry, isFirst));
      isFirst = false;
    }
  };
  for (const letter of letters.filter(({ generation }) => generation !== null)) {
    const isLast = letter.generation === job.generation;
    // Of the row's own generation the row tells; of those before nothing is left there.
    addAttempts(isLast ? job.history : letter.attempts);
    const { id, state, closedReason, createdAt, closedAt } = letter;
    const closed = closedReason === null ? null : `${state}: ${closedReason}`;
    const how = { outcome: "failed" as const, letter: { id, closed } };
    add(span("dead", "given up", createdAt, closedAt, how));
    if (isLast) return spans;
  }
  addAttempts(job.history);
  add(...latestAttempt(job, at, readHistory(job.history).length === 0, now));
  return spans;
}

function attemptOf(at: Date, entry: HistoryEntry, isFirst: boolean): Span[] {
  const ended = later(at, new Date(entry.at));
  const { worker, release = null, error } = entry;
  if (entry.outcome === "unknown") {
    return [span("pause", "no worker knew this job", at, ended, { outcome: "failed", error })];
  }
  const times = {
    dueAt: dateOf(entry.dueAt),
    sentAt: dateOf(entry.sentAt),
    startedAt: dateOf(entry.startedAt),
  };
  const waits = waitsBefore(at, times, isFirst);
  const started = waits.at(-1)?.to ?? at;
  const label = `attempt ${entry.attempt}, ${entry.outcome}`;
  const how = { outcome: "failed" as const, instance: worker, release, error };
  return [...waits, span("attempt", label, started, ended, how)];
}

/** The one that succeeded, that is under way, or that is waited for. */
function latestAttempt(job: TracedJob, at: Date, isFirst: boolean, now: Date): Span[] {
  const { state, attempts, worker, workerRelease, finishedAt } = job;
  const isWaiting = state === "queued";
  // An older release claims without noting when: what stands there is then of an attempt before.
  const isKnown = job.startedAt !== null && job.startedAt >= at;
  const startedAt = isWaiting || !isKnown ? null : job.startedAt;
  const dueAt = job.runAt > now ? null : job.runAt;
  const waits = waitsBefore(at, { dueAt, sentAt: job.dispatchedAt, startedAt }, isFirst);
  if (isWaiting) return [...waits, stillWaiting(job, waits.at(-1)?.to ?? at, now)];
  const how = { instance: worker, release: isKnown ? workerRelease : null };
  const started = waits.at(-1)?.to ?? at;
  const ended = finishedAt && later(started, finishedAt);
  const end = state === "running" ? "" : `, ${state}`;
  return [...waits, span("attempt", `attempt ${attempts}${end}`, started, ended, how)];
}

type Times = { dueAt: Date | null; sentAt: Date | null; startedAt: Date | null };

/** From `at` to the beginning of an attempt. Clocks of instances differ a little: no stretch is shorter than nothing. */
function waitsBefore(at: Date, { dueAt, sentAt, startedAt }: Times, isFirst: boolean): Span[] {
  const waits: Span[] = [];
  let from = at;
  const until = (kind: SpanKind, label: string, to: Date | null) => {
    if (!to || to <= from) return;
    waits.push(span(kind, label, from, to));
    from = to;
  };
  const begin = startedAt ?? sentAt ?? dueAt;
  const due = dueAt && begin && dueAt > begin ? begin : dueAt;
  if (isFirst) until("due", "until it was due", due);
  else until("pause", "until its next attempt", due);
  // A quick worker begins before it is on record that the message went out.
  until("outbox", "in the outbox", sentAt && startedAt && sentAt > startedAt ? startedAt : sentAt);
  until("queue", "in the queue", startedAt);
  return waits;
}

function stillWaiting({ runAt, dispatchedAt }: TracedJob, from: Date, now: Date): Span {
  if (dispatchedAt) return span("queue", "in the queue", from, null);
  if (runAt > now) return span("due", `waits until ${inUtc(runAt)}`, from, null);
  return span("outbox", "in the outbox", from, null);
}

const inUtc = (at: Date) => `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;

const later = (a: Date, b: Date): Date => (b > a ? b : a);

function dateOf(text: string | null | undefined): Date | null {
  return text ? new Date(text) : null;
}
