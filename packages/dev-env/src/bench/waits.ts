import { insertJob } from "@tendril/database";
import { timeOrderedId } from "@tendril/runtime";

import { until } from "../wait.ts";
import type { Ground } from "./ground.ts";

export type Waits = { p50: number; p99: number };

const rate = 20;
const quickJobs = 600;
const slowJobs = 1_000;

/** How long a quick job takes from its transaction to its end, at a pace that the worker keeps up with. */
export async function measureWaits(
  ground: Ground,
  { beside }: { beside: "none" | "slow" },
): Promise<Waits> {
  const { db } = ground;
  await using _worker = await ground.startWorker();
  if (beside === "slow") {
    await insertSlow(ground);
    await until(
      async () =>
        (await db.tables.jobs.count({ where: { queue: "bulk", state: "done" } })) > 2 || undefined,
      { timeout: 60_000, every: 100, failure: () => "no slow job began" },
    );
  }
  const run = `waits-${beside}`;
  await using _sender = ground.startSender({ way: "outbox", run, count: quickJobs, rate });
  await until(
    async () =>
      (await db.tables.jobs.count({ where: { trace: run, state: "done" } })) >= quickJobs ||
      undefined,
    { timeout: 120_000, every: 200, failure: () => "the quick jobs came to no end" },
  );
  const rows = await db.tables.jobs.findAll({ where: { trace: run } });
  const waits = rows
    .map((row) => row.get({ plain: true }))
    .map(({ createdAt, finishedAt }) => Number(finishedAt) - Number(createdAt))
    // The first ones meet a worker that has only just started.
    .slice(50)
    .toSorted((a, b) => a - b);
  const at = (share: number) => waits[Math.floor((waits.length - 1) * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

/** In the `bulk` queue, where the catalogue has no job yet: the queue is the row's, the work the bench's. */
async function insertSlow({ db, user }: Ground): Promise<void> {
  const now = new Date();
  for (let n = 0; n < slowJobs; n++) {
    await insertJob(db, {
      id: timeOrderedId(),
      name: "delete-photo-files",
      version: 1,
      queue: "bulk",
      payload: JSON.stringify({ slug: `slow-${n}`, fileKey: `slow-${n}`, original: false }),
      fairnessGroup: `user-${user.id}`,
      requestedBy: user.id,
      runAt: now,
      // Old enough for the relay to send it at once.
      createdAt: new Date(now.getTime() - 60_000),
      trace: "slow",
    });
  }
}
