import type { Environment } from "@tendril/runtime";

import type { Tier } from "./places.ts";

/** Starts a tier in this process. Loaded when it is asked for: the worker brings native libraries along. */
export async function startInProcess(
  tier: Tier,
  environment: Environment,
): Promise<AsyncDisposable> {
  if (tier === "web") {
    const [{ start }, { readConfig }] = await Promise.all([
      import("@tendril/web/start"),
      import("@tendril/web/config"),
    ]);
    return start(readConfig(environment));
  }
  const [{ start }, { readConfig }] = await Promise.all([
    import("@tendril/worker/start"),
    import("@tendril/worker/config"),
  ]);
  return start(readConfig(environment));
}
