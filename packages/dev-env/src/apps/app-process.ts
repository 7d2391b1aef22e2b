import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";

import { type Child, startChild } from "../process/child.ts";
import type { Household } from "../process/household.ts";
import { answers, whenReady } from "../process/ready.ts";
import { inherited, type Variables } from "../space/environment.ts";
import { mainOf, ROOT, type Tier } from "./places.ts";

export type AppOptions = {
  tier: Tier;
  port: number;
  instanceId: string;
  environment: Variables;
  household: Household;
  log: string;
  /** Each line that the app writes, besides the log file. */
  onLine?: (line: string) => void;
};

/** Starts a tier as a process of its own, as the platform does; resolves when it answers. */
export async function startAppProcess({
  tier,
  port,
  instanceId,
  environment,
  household,
  log,
  onLine,
}: AppOptions): Promise<Child> {
  const child = startChild({
    name: tier,
    command: process.execPath,
    args: [mainOf(tier)],
    cwd: ROOT,
    env: { ...inherited(), ...environment, PORT: String(port), INSTANCE_ID: instanceId },
    household,
    log,
    grace: 30_000,
    onOutput: ({ stdout, stderr }) => {
      const file = createWriteStream(log, { flags: "a" });
      for (const stream of [stdout, stderr]) {
        if (!stream) continue;
        createInterface({ input: stream }).on("line", (line) => {
          file.write(`${line}\n`);
          onLine?.(line);
        });
      }
    },
  });
  try {
    await whenReady(child, log, () => answers(`http://127.0.0.1:${port}/health`));
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
  return child;
}
