import { createTraceRecorder, withOrigin } from "@tendril/jobs";
import { createLogger, findInstanceId, readRelease, timeOrderedId } from "@tendril/runtime";

import type { OpsContext } from "./context.ts";

/** What follows from a command is found again: its journey begins with `what`, on this machine. */
export async function asCommand<Result>(
  { operations, clock, shell }: OpsContext,
  what: string,
  work: (trace: string) => Promise<Result>,
): Promise<Result> {
  const { db } = await operations();
  const instanceId = shell.instanceId ?? (await findInstanceId());
  const logger = createLogger({ level: "silent", tier: "ops", instance: instanceId });
  const release = readRelease(new URL("../", import.meta.url));
  await using traces = createTraceRecorder({ db, clock, logger, instanceId, release });
  const id = timeOrderedId();
  const { origin, end } = traces.begin({ id, kind: "command", what, startedAt: clock.now() });
  try {
    return await withOrigin(origin, () => work(id));
  } finally {
    end();
  }
}
