import { isDatabaseAway, type Database } from "@tendril/database";
import {
  catalogue,
  decodePayload,
  finish,
  handBack,
  heartbeat,
  heartbeatMs,
  LeaseLostError,
  retryLater,
  type Claimed,
  type JobName,
  type JobPayload,
} from "@tendril/jobs";
import { messageOf, PermanentJobError, repeat, seconds, UnavailableError } from "@tendril/runtime";

import type { WorkerContext } from "./context.ts";
import { handlers, type Handler, type Outcome } from "./handlers/index.ts";

/** While a dependency is away its jobs come back this often. */
const awayMs = seconds(5);

/** Why a running job was broken off: its worker goes, which is not the job's fault. */
class StoppingError extends Error {
  override readonly name = "StoppingError";
}

type Circumstances = {
  stopping: AbortSignal;
  /** Keeps the message from being delivered to others while this attempt lasts. */
  keepHidden: () => Promise<void>;
};

/** One attempt at a job, to its end. True when its message can be deleted. */
export async function attemptJob(
  context: WorkerContext,
  claimed: Claimed,
  circumstances: Circumstances,
): Promise<boolean> {
  const { db, clock, logger } = context;
  const { name, job, attempt } = claimed;
  const began = performance.now();
  const waitMs = Math.max(0, clock.now().getTime() - job.runAt.getTime());
  const log = (outcome: string, extra: object = {}) => {
    const ms = Math.round(performance.now() - began);
    logger.info({ name, attempt: attempt.attempts, outcome, ms, waitMs, ...extra }, "job");
  };

  try {
    const outcome = await whileLeased(context, claimed, circumstances);
    await finish(db, clock, attempt, outcome);
    log(outcome.state);
    return true;
  } catch (error) {
    if (error instanceof LeaseLostError) {
      log("overtaken");
      return false;
    }
    // Nothing can be noted: the lease runs out, and the message comes back.
    if (isDatabaseAway(error)) throw error;
    log(await endFailedAttempt(context, claimed, error), { err: error });
    return true;
  }
}

/** Runs the handler until it ends, its time is up, the worker stops or another worker has the job. */
async function whileLeased(
  context: WorkerContext,
  claimed: Claimed,
  { stopping, keepHidden }: Circumstances,
): Promise<Outcome> {
  const { db, clock } = context;
  const { name, attempt } = claimed;
  const broken = new AbortController();
  const signal = AbortSignal.any([
    broken.signal,
    AbortSignal.timeout(seconds(catalogue[name].timeLimitSeconds)),
  ]);
  const stop = () => broken.abort(new StoppingError("The worker is stopping"));
  stopping.addEventListener("abort", stop, { once: true });
  await using _heartbeat = repeat(
    async () => {
      if (await heartbeat(db, clock, attempt)) return keepHidden();
      broken.abort(new LeaseLostError("Another worker has this job"));
    },
    // One that fails is made up for by the next: the lease outlasts three of them.
    { pauseMs: heartbeatMs, pauseFirst: true, onError: () => {} },
  );
  try {
    return await runHandler(context, name, claimed, signal);
  } finally {
    stopping.removeEventListener("abort", stop);
  }
}

async function runHandler<Name extends JobName>(
  context: WorkerContext,
  name: Name,
  { job, attempt: { attempts } }: Claimed,
  signal: AbortSignal,
): Promise<Outcome> {
  if (attempts > catalogue[name].attempts)
    throw new PermanentJobError("Its worker died every time");
  const handler: Handler<Name> = handlers[name];
  const payload = decodePayload(name, job.payload);
  const broken = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  // A handler that does not listen to its signal is not waited for.
  return Promise.race([handler.run(context, payload, { attempts, signal }), broken]);
}

/** What becomes of the job; noted in the database before its message is deleted. */
async function endFailedAttempt(
  { db, clock }: WorkerContext,
  { name, job, attempt }: Claimed,
  thrown: unknown,
): Promise<"handed back" | "dead" | "failed"> {
  const error = messageOf(thrown);
  if (thrown instanceof StoppingError || thrown instanceof UnavailableError) {
    const afterMs = thrown instanceof StoppingError ? 0 : awayMs;
    await handBack(db, clock, attempt, { error, afterMs });
    return "handed back";
  }
  if (thrown instanceof PermanentJobError || attempt.attempts >= catalogue[name].attempts) {
    const effects = (tx: Database) => giveUp(tx, name, job.payload);
    await finish(db, clock, attempt, { state: "dead", error, effects });
    return "dead";
  }
  await retryLater(db, clock, attempt, name, error);
  return "failed";
}

async function giveUp<Name extends JobName>(tx: Database, name: Name, json: string): Promise<void> {
  const handler: Handler<Name> = handlers[name];
  let payload: JobPayload<Name>;
  try {
    payload = decodePayload(name, json);
  } catch {
    // Whom it was about cannot be read from it.
    return;
  }
  await handler.giveUp?.(tx, payload);
}
