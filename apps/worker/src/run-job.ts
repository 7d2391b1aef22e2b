import { ChangeMessageVisibilityCommand, type Message } from "@aws-sdk/client-sqs";
import { isDatabaseAway, type Attempt, type JobRow } from "@tendril/database";
import {
  catalogue,
  claim,
  finish,
  handBack,
  heartbeat,
  heartbeatMs,
  LeaseLostError,
  leaseSeconds,
  parsePayload,
  retryLater,
  type JobMessage,
  type JobName,
  type QueueName,
} from "@tendril/jobs";
import {
  messageOf,
  PermanentJobError,
  repeat,
  seconds,
  UnavailableError,
  withLogContext,
} from "@tendril/runtime";
import { ZodError } from "zod";

import type { WorkerContext } from "./context.ts";
import { handlers, type Handler, type Outcome } from "./handlers/index.ts";

/** While a dependency is away its jobs come back this often. */
const awayMs = seconds(5);

/** Why a running job's signal was aborted. */
class StoppingError extends Error {
  override readonly name = "StoppingError";
}

/** Takes one job from its message to its end. True when the message has done its service and can be deleted. */
export async function runJob(
  context: WorkerContext,
  queue: QueueName,
  message: JobMessage,
  sqsMessage: Message,
  stopping: AbortSignal,
): Promise<boolean> {
  const { db, clock, logger } = context;
  const claimed = await claim(db, clock, message);
  switch (claimed.kind) {
    case "over":
      return true;
    case "not-for-this-worker":
      logger.warn(
        { job: message.id, name: message.name, version: message.version },
        "a job that this release does not know",
      );
      return false;
    case "running-elsewhere":
      await hide(context, queue, sqsMessage, claimed.freeInSeconds + 1);
      return false;
    case "claimed":
      return withLogContext({ job: message.id, trace: message.trace }, () =>
        attemptJob(context, claimed.name, claimed.job, claimed.attempt, stopping, () =>
          hide(context, queue, sqsMessage, leaseSeconds),
        ),
      );
  }
}

async function hide(
  { queues }: WorkerContext,
  queue: QueueName,
  message: Message,
  visibility: number,
): Promise<void> {
  await queues.sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: await queues.url(queue),
      ReceiptHandle: message.ReceiptHandle,
      VisibilityTimeout: visibility,
    }),
  );
}

async function attemptJob(
  context: WorkerContext,
  name: JobName,
  job: JobRow,
  attempt: Attempt,
  stopping: AbortSignal,
  keepHidden: () => Promise<void>,
): Promise<boolean> {
  const { db, clock, logger } = context;
  const began = performance.now();
  const waitMs = Math.max(0, clock.now().getTime() - job.runAt.getTime());
  const lost = new AbortController();
  const limit = AbortSignal.timeout(seconds(catalogue[name].timeLimitSeconds));
  const stop = new AbortController();
  stopping.addEventListener(
    "abort",
    () => stop.abort(new StoppingError("The worker is stopping")),
    { signal: lost.signal },
  );

  const beat = repeatAfter(heartbeatMs, async () => {
    if (limit.aborted) return;
    if (!(await heartbeat(db, clock, attempt)))
      return lost.abort(new LeaseLostError("Another worker has this job"));
    await keepHidden();
  });
  const log = (outcome: string, extra: object = {}) =>
    logger.info(
      {
        name,
        attempt: attempt.attempts,
        outcome,
        ms: Math.round(performance.now() - began),
        waitMs,
        ...extra,
      },
      "job",
    );

  try {
    const outcome = await runHandler(
      context,
      name,
      job,
      attempt,
      AbortSignal.any([limit, lost.signal, stop.signal]),
    );
    await finish(db, clock, attempt, outcome);
    log(outcome.state);
    return true;
  } catch (error) {
    if (error instanceof LeaseLostError) {
      log("overtaken");
      return false;
    }
    return await endFailedAttempt(context, name, job, attempt, error, log);
  } finally {
    await beat[Symbol.asyncDispose]();
    lost.abort();
  }
}

function repeatAfter(ms: number, work: () => Promise<void>) {
  let first = true;
  return repeat(
    ms,
    async () => {
      if (!first) await work();
      first = false;
    },
    // A heartbeat that fails is tried again; the lease outlasts three of them.
    () => {},
  );
}

async function runHandler<Name extends JobName>(
  context: WorkerContext,
  name: Name,
  job: JobRow,
  { attempts }: Attempt,
  signal: AbortSignal,
): Promise<Outcome> {
  const handler: Handler<Name> = handlers[name];
  if (attempts > catalogue[name].attempts)
    throw new PermanentJobError("Its worker died on every attempt");
  const payload = parsePayload(name, JSON.parse(job.payload));
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  // A handler that does not listen to its signal is not waited for.
  return Promise.race([handler.run(context, payload, { attempts, signal }), aborted]);
}

async function endFailedAttempt(
  context: WorkerContext,
  name: JobName,
  job: JobRow,
  attempt: Attempt,
  error: unknown,
  log: (outcome: string, extra?: object) => void,
): Promise<boolean> {
  const { db, clock } = context;
  if (isDatabaseAway(error)) throw error;
  const message = messageOf(error);
  if (error instanceof StoppingError || error instanceof UnavailableError) {
    await handBack(db, clock, attempt, {
      error: message,
      afterMs: error instanceof StoppingError ? 0 : awayMs,
    });
    log("handed back", { err: error });
    return true;
  }
  const hopeless =
    error instanceof PermanentJobError || error instanceof ZodError || error instanceof SyntaxError;
  if (hopeless || attempt.attempts >= catalogue[name].attempts) {
    await finish(db, clock, attempt, {
      state: "dead",
      error: message,
      effects: (tx) => giveUp(tx, name, job),
    });
    log("dead", { err: error });
    return true;
  }
  await retryLater(db, clock, attempt, name, message);
  log("failed", { err: error });
  return true;
}

async function giveUp<Name extends JobName>(
  tx: WorkerContext["db"],
  name: Name,
  job: JobRow,
): Promise<void> {
  const handler: Handler<Name> = handlers[name];
  if (!handler.giveUp) return;
  let payload;
  try {
    payload = parsePayload(name, JSON.parse(job.payload));
  } catch {
    return;
  }
  await handler.giveUp(tx, payload);
}
