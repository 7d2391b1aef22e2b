import { breakOffRedrive, stepRedrive } from "@tendril/operations";

import type { Handler } from "./index.ts";

/** Carries on what an operator has begun: many letters that go back to work, a few first, or no faster than so. */
export const runRedrive: Handler<"run-redrive"> = {
  run: (context, { runId, step }, { signal }) => stepRedrive(context, { runId, step }, signal),
  giveUp: ({ clock }, tx, { runId }) => breakOffRedrive(tx, runId, clock.now()),
};
