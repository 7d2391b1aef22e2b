import { join } from "node:path";

import { startAppProcess } from "../apps/app-process.ts";
import { startInProcess } from "../apps/in-process.ts";
import type { Tier } from "../apps/places.ts";
import type { Child } from "../process/child.ts";
import type { Household } from "../process/household.ts";
import type { Variables } from "../space/environment.ts";
import { within } from "../wait.ts";

/** A tier under test, which can be ended and started again at the same address. */
export interface TierControl extends AsyncDisposable {
  readonly url: string;
  start(): Promise<void>;
  /** As the platform ends it: SIGTERM, and time to finish. */
  stop(): Promise<void>;
  /** Ends it without warning. Only with `processes: true`. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

type Options = {
  tier: Tier;
  port: number;
  environment: Variables;
  household: Household | undefined;
  logDir: string;
};

const LONGEST_STOP = 30_000;

export function controlTier({ tier, port, environment, household, logDir }: Options): TierControl {
  const instanceId = `${tier}-1`;
  let running: { handle: AsyncDisposable; child?: Child } | undefined;

  const stop = async () => {
    const ending = running;
    running = undefined;
    if (!ending) return;
    const ended = await within(
      ending.handle[Symbol.asyncDispose]().then(() => true),
      LONGEST_STOP,
    );
    if (!ended) throw new Error(`The ${tier} tier did not end within ${LONGEST_STOP / 1_000} s`);
  };
  return {
    url: `http://localhost:${port}`,
    stop,
    async start() {
      if (running) return;
      if (household) {
        const log = join(logDir, `${environment["QUEUE_PREFIX"]}-${tier}.log`);
        const child = await startAppProcess({
          tier,
          port,
          instanceId,
          environment,
          household,
          log,
        });
        running = { handle: child, child };
      } else {
        running = {
          handle: await startInProcess(tier, {
            ...environment,
            PORT: String(port),
            INSTANCE_ID: instanceId,
          }),
        };
      }
    },
    async kill(signal = "SIGKILL") {
      if (!running?.child)
        throw new Error("Only a process can be killed: startTestEnv({ processes: true })");
      const { child } = running;
      running = undefined;
      child.kill(signal);
      await child.exited;
    },
    [Symbol.asyncDispose]: stop,
  };
}
