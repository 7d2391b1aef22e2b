import { recordQueueAction } from "@tendril/operations";
import { UnavailableError } from "@tendril/runtime";

import type { OpsContext } from "../../context.ts";

type Action = Parameters<typeof recordQueueAction>[2];

/** Notes it and does it. It is done without a note, too, and says so: these commands are for when all else is away. */
export async function onRecord<Result>(
  context: OpsContext,
  action: Action,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    await recordQueueAction(await context.operations(), await context.operator(), action);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    context.output.note("The database is away, so this is on no record. Keep a note of it.");
    return act();
  }
  try {
    return await act();
  } catch (error) {
    const failed = { ...action, action: `${action.action} failed` };
    await recordQueueAction(await context.operations(), await context.operator(), failed);
    throw error;
  }
}
