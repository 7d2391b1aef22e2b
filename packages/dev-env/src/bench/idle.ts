import { setTimeout as delay } from "node:timers/promises";

import type { Ground } from "./ground.ts";
import type { Requests } from "./meter.ts";

const lookMs = 120_000;
const dayMs = 86_400_000;

/** What SQS would bill for a worker that has nothing to do. */
export async function measureIdle({
  meter,
  startWorker,
}: Ground): Promise<{ perDay: number; byKind: Requests }> {
  await using _worker = await startWorker();
  await delay(5_000);
  meter.take();
  await delay(lookMs);
  const byKind = Object.fromEntries(
    Object.entries(meter.take()).map(([name, count]) => [
      name,
      Math.round((count * dayMs) / lookMs),
    ]),
  );
  return { perDay: Object.values(byKind).reduce((sum, count) => sum + count, 0), byKind };
}
