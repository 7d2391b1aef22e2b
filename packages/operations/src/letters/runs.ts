import {
  endRedriveRun,
  findRedriveRun,
  findRedriveRuns,
  findRedrivenJobs,
  findRunningRedrives,
  insertRedriveRun,
  lastLetterId,
  lockRedriveRun,
  resumeRedriveRun,
  transaction,
  type Database,
  type LetterFilter,
  type RedrivenJob,
  type RedriveRunRow,
} from "@tendril/database";
import { ConflictError, InvalidInputError, minutes, NotFoundError } from "@tendril/runtime";

import { recordAction } from "../actions.ts";
import type { OperationsContext, Operator } from "../context.ts";
import { letterFilter } from "./filter.ts";
import { countOpenLetters } from "./open.ts";

export type RedriveRun = Omit<RedriveRunRow, "filter"> & { filter: LetterFilter };

export type RedriveWish = {
  filter: LetterFilter;
  /** So many go first; the others only once all of them have come to a good end. 0: none. */
  canary: number;
  /** Letters a second; null: as fast as it goes. */
  rate: number | null;
  reason: string;
};

export const largestCanary = 100;

/** That very redrive is going on: whoever begins it a second time would send its canaries a second time, too. */
export class RedriveGoesOnError extends ConflictError {
  readonly runId: number;

  constructor({ id, operator, reason }: RedriveRun) {
    super(
      `Redrive ${id} of ${operator} (${reason}) sends just these letters: nothing was begun. Watch it: dead redrives ${id}`,
    );
    this.runId = id;
  }
}

/**
 * Begins to send back all letters that are open now and that the filter means. Workers carry it on, whoever goes
 * away meanwhile. RedriveGoesOnError when a run with the same filter is at it.
 */
export async function startRedrive(
  context: Pick<OperationsContext, "db" | "outbox" | "clock">,
  operator: Operator,
  { filter, canary, rate, reason }: RedriveWish,
): Promise<RedriveRun> {
  if (canary > largestCanary)
    throw new InvalidInputError(`At most ${largestCanary} letters go first.`, {
      canary: "too many",
    });
  const { db, clock } = context;
  const open: LetterFilter = { ...filter, state: "open" };
  const upToId = filter.upTo ?? (await lastLetterId(db));
  const planned = await countOpenLetters(context, { ...open, upTo: upToId });
  if (planned === 0) throw new NotFoundError("No open letter is meant by that.");
  const now = clock.now();
  return transaction(db, async (tx) => {
    const same = (await runningRedrives({ db: tx })).find((run) => sameFilter(run.filter, open));
    if (same) throw new RedriveGoesOnError(same);
    const run = await insertRedriveRun(tx, {
      filter: JSON.stringify(open),
      upToId,
      planned,
      canary,
      rate,
      phase: canary > 0 ? "canary" : "sending",
      steppedAt: now,
      operatorId: operator.userId,
      operator: operator.name,
      reason,
      createdAt: now,
    });
    const after = { filter: open, planned, canary, rate };
    await record(context, tx, operator, { run, action: "dead redrive", reason, after });
    await enqueueStep(context, tx, run);
    return readRedrive(run);
  });
}

export async function findRedrive(
  { db }: Pick<OperationsContext, "db">,
  id: number,
): Promise<RedriveRun> {
  const run = await findRedriveRun(db, id);
  if (!run) throw new NotFoundError(`There is no redrive ${id}.`);
  return readRedrive(run);
}

/** The last letter there was when it was asked for does not tell one wish from the other. */
function sameFilter(one: LetterFilter, other: LetterFilter): boolean {
  const written = (filter: LetterFilter) =>
    JSON.stringify(letterFilter.parse({ ...filter, upTo: undefined }));
  return written(one) === written(other);
}

const runsShown = 50;

/** Those that are going on, newest first. */
export async function runningRedrives({
  db,
}: Pick<OperationsContext, "db">): Promise<RedriveRun[]> {
  return (await findRunningRedrives(db, runsShown)).map(readRedrive);
}

/** Newest first. */
export async function listRedrives({ db }: Pick<OperationsContext, "db">): Promise<RedriveRun[]> {
  return (await findRedriveRuns(db, runsShown)).map(readRedrive);
}

/** A step follows the other within seconds; after this nobody seems to be at it. */
const quietMs = minutes(1);

/** It is to go on, and does not: most likely no worker is alive, or SQS is away. */
export function isQuiet({ state, steppedAt }: RedriveRun, now: Date): boolean {
  return state === "running" && now.getTime() - steppedAt.getTime() > quietMs;
}

/** What is on its way goes on; nothing more is sent. */
export async function stopRedrive(
  context: Pick<OperationsContext, "db" | "clock">,
  operator: Operator,
  id: number,
  reason: string,
): Promise<RedriveRun> {
  const outcome = `Stopped by ${operator.name}: ${reason}`;
  await transaction(context.db, async (tx) => {
    const run = await lockRedriveRun(tx, id);
    if (!run) throw new NotFoundError(`There is no redrive ${id}.`);
    const end = { state: "stopped" as const, outcome, at: context.clock.now() };
    if (!(await endRedriveRun(tx, id, end)))
      throw new ConflictError(`Redrive ${id} is ${run.state}: there is nothing to stop.`);
    await record(context, tx, operator, { run, action: "dead redrive stop", reason });
  });
  return findRedrive(context, id);
}

/**
 * A stopped run goes on where it was, at another pace if `rate` says so. Where canaries had failed, the next ones go
 * first.
 */
export async function resumeRedrive(
  context: Pick<OperationsContext, "db" | "outbox" | "clock">,
  operator: Operator,
  id: number,
  { reason, rate }: { reason: string; rate?: number | undefined },
): Promise<RedriveRun> {
  await transaction(context.db, async (tx) => {
    const run = await lockRedriveRun(tx, id);
    if (!run) throw new NotFoundError(`There is no redrive ${id}.`);
    const { failed } = await canaryOf(tx, run);
    const round = failed.length > 0 ? run.round + 1 : run.round;
    const next = { round, rate: rate ?? run.rate, at: context.clock.now() };
    if (!(await resumeRedriveRun(tx, id, next)))
      throw new ConflictError(`Redrive ${id} is ${run.state}: there is nothing to resume.`);
    await record(context, tx, operator, {
      run,
      action: "dead redrive resume",
      reason,
      after: { rate: next.rate },
    });
    await enqueueStep(context, tx, { ...run, step: run.step + 1 });
  });
  return findRedrive(context, id);
}

export type Canary = {
  letters: number;
  succeeded: number;
  /** They ended, and there was nothing left to do. */
  skipped: number;
  failed: RedrivenJob[];
  /** Not at their end yet; some may have an attempt behind them, and its error. */
  waiting: RedrivenJob[];
};

/** What has become of the letters that went first. */
export async function findCanary(
  { db }: Pick<OperationsContext, "db">,
  run: Pick<RedriveRun, "id" | "round">,
): Promise<Canary> {
  return canaryOf(db, run);
}

export async function canaryOf(
  db: Database,
  run: Pick<RedriveRunRow, "id" | "round">,
): Promise<Canary> {
  const jobs = await findRedrivenJobs(db, run, largestCanary);
  const by = Object.groupBy(jobs, outcomeOf);
  return {
    letters: jobs.length,
    succeeded: by.done?.length ?? 0,
    skipped: by.skipped?.length ?? 0,
    failed: by.dead ?? [],
    waiting: by.waiting ?? [],
  };
}

function outcomeOf({ generation, state, jobGeneration }: RedrivenJob) {
  // Only what came to a good end is purged.
  if (state === null || jobGeneration === null) return "done";
  const sent = generation === null ? 0 : generation + 1;
  // It died again, and somebody has sent it back since.
  if (jobGeneration > sent) return "dead";
  return state === "queued" || state === "running" ? "waiting" : state;
}

export function readRedrive(run: RedriveRunRow): RedriveRun {
  return { ...run, filter: letterFilter.parse(JSON.parse(run.filter)) };
}

/** Its next piece of work, for the transaction that says how far it has come. */
export async function enqueueStep(
  { outbox }: Pick<OperationsContext, "outbox">,
  tx: Database,
  { id, step }: Pick<RedriveRunRow, "id" | "step">,
  afterMs = 0,
): Promise<void> {
  const options = { fairnessGroup: "operators", trace: `redrive-${id}`, afterMs };
  await outbox.enqueue(tx, "run-redrive", { runId: id, step }, options);
}

type RunAction = {
  run: Pick<RedriveRunRow, "id" | "state" | "sent">;
  action: string;
  reason: string;
  after?: unknown;
};

async function record(
  { clock }: Pick<OperationsContext, "clock">,
  tx: Database,
  operator: Operator,
  { run, action, reason, after }: RunAction,
): Promise<void> {
  const subject = { kind: "redrive" as const, id: String(run.id) };
  const before = { state: run.state, sent: run.sent };
  await recordAction(tx, clock, operator, { action, subject, reason, before, after });
}
