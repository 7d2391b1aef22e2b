import {
  advanceRedriveRun,
  beginSending,
  endRedriveRun,
  findLastActions,
  findRedriveRun,
  lockRedriveRun,
  noteRedriven,
  transaction,
  walkLetters,
  type Database,
  type RedriveRunRow,
} from "@tendril/database";
import { seconds } from "@tendril/runtime";

import type { OperationsContext } from "../context.ts";
import { sendBackOnRecord } from "./redrive.ts";
import { canaryOf, enqueueStep, readRedrive } from "./runs.ts";

type Parts = Pick<OperationsContext, "db" | "outbox" | "clock">;

/** Letters in one transaction. */
const batchSize = 100;

/** After that, what is left is for the next step: jobs are short, and a stop is heard between batches anyway. */
const stepMs = seconds(5);

/** How soon the canaries are looked at again. */
const lookMs = seconds(2);

/** A run that had to pause does not make up for it all at once. */
const longestBurstMs = seconds(10);

/** What the job that carries a run on is to commit with its end. */
export type StepEnd = { state: "done" | "skipped"; effects?: (tx: Database) => Promise<void> };

/** One step of a run: canaries are sent or looked at, or so many letters sent as the rate allows. */
export async function stepRedrive(
  context: Parts,
  { runId, step }: { runId: number; step: number },
  signal: AbortSignal,
): Promise<StepEnd> {
  const run = await findRedriveRun(context.db, runId);
  if (!run || run.step !== step || run.state !== "running") return { state: "skipped" };
  const next = await (run.phase === "canary"
    ? canaryStep(context, run)
    : sendStep(context, run, signal));
  if (next === "ended") return { state: "done" };
  return {
    state: "done",
    async effects(tx) {
      if (await advanceRedriveRun(tx, { id: runId, step }, context.clock.now()))
        await enqueueStep(context, tx, { id: runId, step: step + 1 }, next.afterMs);
    },
  };
}

type Next = { afterMs: number } | "ended";

async function canaryStep(context: Parts, run: RedriveRunRow): Promise<Next> {
  const { db, clock } = context;
  const { letters, failed, waiting } = await canaryOf(db, run);
  if (letters === 0) {
    const batch = await sendBatch(context, run, { limit: run.canary, round: run.round });
    if (batch === "stopped") return "ended";
    // Those that could not be sent say nothing about the others.
    if (batch.sent === 0 && batch.isLast) return done(context, run);
    return { afterMs: batch.sent === 0 ? 0 : lookMs };
  }
  const [first] = failed;
  if (first) {
    const why = `${failed.length} of ${letters} that went first died again; of letter ${first.letterId}: ${first.lastError ?? "no error is known"}`;
    await endRedriveRun(db, run.id, { state: "stopped", outcome: why, at: clock.now() });
    return "ended";
  }
  if (waiting.length > 0) return { afterMs: lookMs };
  await beginSending(db, run.id, clock.now());
  return { afterMs: 0 };
}

async function sendStep(context: Parts, run: RedriveRunRow, signal: AbortSignal): Promise<Next> {
  const { clock } = context;
  const began = performance.now();
  const pausedMs = Math.min(clock.now().getTime() - run.steppedAt.getTime(), longestBurstMs);
  let allowed = run.rate === null ? Infinity : Math.floor((run.rate * pausedMs) / 1_000);
  while (allowed > 0 && performance.now() - began < stepMs && !signal.aborted) {
    const limit = Math.min(batchSize, allowed);
    const batch = await sendBatch(context, run, { limit, round: 0 });
    if (batch === "stopped") return "ended";
    if (batch.isLast) return done(context, run);
    allowed -= batch.sent;
  }
  return { afterMs: run.rate === null ? 0 : Math.max(1_000, 1_000 / run.rate) };
}

async function done({ db, clock }: Parts, { id }: RedriveRunRow): Promise<"ended"> {
  await endRedriveRun(db, id, { state: "done", outcome: null, at: clock.now() });
  return "ended";
}

type Batch = { sent: number; isLast: boolean };

/** The next letters and how far the run has come, in one transaction. `round` 0: they are no canaries. */
async function sendBatch(
  context: Parts,
  { id, step }: RedriveRunRow,
  { limit, round }: { limit: number; round: number },
): Promise<Batch | "stopped"> {
  return transaction(context.db, async (tx) => {
    const run = await lockRedriveRun(tx, id);
    if (!run || run.state !== "running" || run.step !== step) return "stopped";
    const { filter, afterId, upToId } = readRedrive(run);
    const { ids, reached } = await walkLetters(tx, filter, { afterId, upToId, limit });
    // Whoever began it, or had it go on: nothing else is done to a run that goes on.
    const [last = run] = await findLastActions(tx, "redrive", [String(id)]);
    const by = { userId: last.operatorId, name: last.operator };
    const { sent, left } = await sendBackOnRecord(tx, context, by, ids, last.reason);
    await noteRedriven(tx, {
      id,
      afterId: reached,
      steppedAt: context.clock.now(),
      sent: sent.map((each) => each.id),
      leftOpen: left.length,
      round,
    });
    return { sent: sent.length, isLast: reached >= upToId };
  });
}

/** The job that carries the run on has died: people have to look, and can resume it. */
export async function breakOffRedrive(tx: Database, runId: number, at: Date): Promise<void> {
  const outcome = "The job that carries it on has died: its letter says why. It can be resumed.";
  await endRedriveRun(tx, runId, { state: "stopped", outcome, at });
}
