import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { startAppProcess } from "../apps/app-process.ts";
import { ROOT, type Tier } from "../apps/places.ts";
import { startChild } from "../process/child.ts";
import type { Household } from "../process/household.ts";
import { freePort } from "../process/ports.ts";
import { inherited, type Variables } from "../space/environment.ts";
import type { Assignment } from "./enqueuer-main.ts";
import type { Member } from "./fleet.ts";
import { deathsOf, type Kind, type Points } from "./points.ts";
import type { Orders } from "./preload.ts";

export type Stage = {
  environment: Variables;
  household: Household;
  /** For logs, journals and the list of deaths. */
  folder: string;
  seed: number;
  points: Points;
};

const preload = pathToFileURL(fileURLToPath(new URL("preload.ts", import.meta.url))).href;
const enqueuerMain = fileURLToPath(new URL("enqueuer-main.ts", import.meta.url));

function underOrders(
  { environment, seed, points, folder }: Stage,
  kind: Kind,
  name: string,
  start: number,
): Variables {
  const orders: Orders = {
    name,
    start,
    folder,
    deaths: deathsOf(points, { seed, kind, name, start }),
  };
  return {
    ...environment,
    NODE_OPTIONS: `--import=${preload}`,
    TENDRIL_CHAOS: JSON.stringify(orders),
  };
}

export async function castTier(
  stage: Stage,
  tier: Tier,
  name: string,
): Promise<Member & { url: string }> {
  const port = await freePort();
  const { household, folder } = stage;
  const log = join(folder, `${name}.log`);
  return {
    name,
    url: `http://localhost:${port}`,
    start: (count) =>
      startAppProcess({
        tier,
        port,
        instanceId: name,
        environment: underOrders(stage, tier, name, count),
        household,
        log,
      }),
  };
}

export type Shift = Omit<Assignment, "journal">;

export function castEnqueuer(stage: Stage, shift: Shift): Member & { journal: string } {
  const { name } = shift;
  const journal = join(stage.folder, `${name}.journal`);
  writeFileSync(journal, "");
  const assignment: Assignment = { ...shift, journal };
  return {
    name,
    journal,
    async start(count) {
      return startChild({
        name,
        command: process.execPath,
        args: [enqueuerMain],
        cwd: ROOT,
        env: {
          ...inherited(),
          ...underOrders(stage, "enqueuer", name, count),
          TENDRIL_ENQUEUER: JSON.stringify(assignment),
        },
        household: stage.household,
        log: join(stage.folder, `${name}.log`),
      });
    },
  };
}
