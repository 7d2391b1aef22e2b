import { isDatabaseAway, type JobRow } from "@tendril/database";
import {
  catalogue,
  decodePayload,
  finish,
  giveUp,
  handBack,
  LeaseLostError,
  retryLater,
  type Claimed,
  type Effects,
  type JobName,
  type JobPayload,
} from "@tendril/jobs";
import {
  checkpoint,
  NotYetError,
  PermanentJobError,
  seconds,
  UnavailableError,
} from "@tendril/runtime";

import type { Engine } from "./engine.ts";
import type { Handler, Outcome } from "./handlers/index.ts";
import { keepLease, StoppingError, type Circumstances, type Lease } from "./lease.ts";

/** How soon a job comes back whose dependency is away. It waits in its queue until that is there again. */
const awayMs = seconds(5);

type Verdict = "done" | "skipped" | "failed" | "dead" | "handed back" | "overtaken";

/** One attempt at a job, to its end. True when its message can be deleted. */
export async function attemptJob(
  engine: Engine,
  claimed: Claimed,
  circumstances: Circumstances,
): Promise<boolean> {
  const { clock, logger, metrics } = engine;
  const { name, job } = claimed;
  const began = performance.now();
  const waitMs = Math.max(0, clock.now().getTime() - job.runAt.getTime());

  const { verdict, error } = await judge(engine, claimed, circumstances);
  const ms = Math.round(performance.now() - began);
  metrics.job({ name, verdict, waitMs, ms, attempts: job.attempts });
  logger.info({ name, attempt: job.attempts, outcome: verdict, ms, waitMs, err: error }, "job");
  return verdict !== "overtaken";
}

async function judge(
  engine: Engine,
  claimed: Claimed,
  circumstances: Circumstances,
): Promise<{ verdict: Verdict; error?: unknown }> {
  try {
    await using lease = keepLease(engine, claimed, circumstances);
    const outcome = await runInRoom(engine, claimed, lease);
    checkpoint("effect-done");
    await finish(engine, claimed.attempt, outcome);
    if (outcome.away) engine.gates.close(outcome.away);
    checkpoint("finished");
    return { verdict: outcome.state };
  } catch (error) {
    if (error instanceof LeaseLostError) return { verdict: "overtaken" };
    try {
      return { verdict: await endFailedAttempt(engine, claimed, circumstances, error), error };
    } catch (lost) {
      if (lost instanceof LeaseLostError) return { verdict: "overtaken", error };
      throw lost;
    }
  }
}

/** Runs the handler until it ends or is broken off; its time runs once there is room for it. */
async function runInRoom(engine: Engine, claimed: Claimed, lease: Lease): Promise<Outcome> {
  const how = claimed.job.crashed ? "alone" : "shared";
  using _place = await engine.room.enter(how, lease.broken);
  lease.startTime();
  return await runHandler(engine, claimed.name, claimed, lease.broken);
}

async function runHandler<Name extends JobName>(
  engine: Engine,
  name: Name,
  { job }: Claimed,
  signal: AbortSignal,
): Promise<Outcome> {
  if (job.attempts > catalogue[name].attempts) {
    throw new PermanentJobError("Its last attempt ended without a verdict: its worker died");
  }
  const handler: Handler<Name> = engine.handlers[name];
  const payload = decodePayload(name, job.payload);
  const broken = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  // A handler that does not listen to its signal is not waited for.
  const { attempts, trace, requestedBy, runAt: dueAt } = job;
  const attempt = { attempts, trace, requestedBy, dueAt, signal };
  return Promise.race([handler.run(engine, payload, attempt), broken]);
}

/** What becomes of the job; noted in the database before its message is deleted. */
async function endFailedAttempt(
  engine: Engine,
  claimed: Claimed,
  { stopping }: Circumstances,
  thrown: unknown,
): Promise<Verdict> {
  const { name, job } = claimed;
  if (isDatabaseAway(thrown)) {
    // Nothing can be noted until it is back; should another worker be faster then, it has the job.
    engine.gates.close("database");
    await engine.gates.opened(["database"], stopping);
    await handBack(engine, claimed, { thrown, afterMs: 0 });
    return "handed back";
  }
  if (thrown instanceof StoppingError) {
    await handBack(engine, claimed, { thrown, afterMs: 0 });
    return "handed back";
  }
  if (thrown instanceof UnavailableError) {
    engine.gates.close(thrown.dependency);
    await handBack(engine, claimed, { thrown, afterMs: awayMs });
    return "handed back";
  }
  if (thrown instanceof NotYetError) {
    await handBack(engine, claimed, { thrown, afterMs: seconds(thrown.retryAfter) });
    return "handed back";
  }
  if (thrown instanceof PermanentJobError || job.attempts >= catalogue[name].attempts) {
    await giveUp(engine, claimed, thrown, effectsOfDeath(engine, name, job));
    return "dead";
  }
  await retryLater(engine, claimed, thrown);
  return "failed";
}

function effectsOfDeath<Name extends JobName>(
  engine: Engine,
  name: Name,
  { payload: json, trace }: Pick<JobRow, "payload" | "trace">,
): Effects | undefined {
  const handler: Handler<Name> = engine.handlers[name];
  let payload: JobPayload<Name>;
  try {
    payload = decodePayload(name, json);
  } catch {
    // Whom it was about cannot be read from it.
    return undefined;
  }
  return async (tx) => handler.giveUp?.(engine, tx, payload, { trace });
}
