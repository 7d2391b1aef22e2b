import { z } from "zod";

import type { Child } from "../process/child.ts";
import { until } from "../wait.ts";
import { watchCpu } from "./cpu.ts";
import type { Ground } from "./ground.ts";
import { perJob } from "./meter.ts";
import type { Way } from "./sender-main.ts";

export type Throughput = {
  way: Way;
  jobs: number;
  perSecond: number;
  /** How fast they went in, while they were also worked on. */
  sentPerSecond: number;
  requestsPerJob: ReturnType<typeof perJob>;
  /** What the database was asked, the transactions' beginnings and ends included. */
  statementsPerJob: number;
  /** Milliseconds of processor time per job, by process. */
  cpuMsPerJob: Record<string, number>;
};

const longestMs = 300_000;

/** From the first transaction to the last effect, sender and receiver at the same time. */
export async function measureThroughput(
  ground: Ground,
  { way, jobs, run }: { way: Way; jobs: number; run: string },
): Promise<Throughput> {
  const { servers, meter } = ground;
  await using receiver = await startReceiver(ground, way);
  await warmUp(ground, way, `${run}-warm`);
  meter.take();
  await using sender = ground.startSender({ way, run, count: jobs, rate: 0 });
  const cpu = watchCpu({
    sender: sender.pid,
    receiver: receiver.pid,
    MariaDB: servers.mariadb.process.pid,
    "SQS (local)": servers.fauxqs.process.pid,
    "fronts (local)": process.pid,
  });
  const counted = () => countSent(ground, run);
  const look = { timeout: longestMs, every: 10, failure: () => `${way}: no end` };
  await until(async () => (await countAll(ground, run)) > 0 || undefined, look);
  const asked = await countStatements(ground);
  const began = performance.now();
  let cpuOfSender = 0;
  let looks = 1;
  const sending = sender.exited.then(() => performance.now() - began);
  const ms = await until(
    async () => {
      looks += 1;
      cpuOfSender = Math.max(cpuOfSender, cpu()["sender"] ?? 0);
      return (await counted()) >= jobs ? performance.now() - began : undefined;
    },
    { ...look, every: 50 },
  );
  const sentMs = await sending;
  const statements = (await countStatements(ground)) - asked - looks;
  const used = { ...cpu(), sender: cpuOfSender };
  await until(async () => (await isFinished(ground)) || undefined, look);
  // Deletes wait a moment for company.
  await new Promise((resolve) => setTimeout(resolve, 500));
  return {
    way,
    jobs,
    perSecond: jobs / (ms / 1_000),
    sentPerSecond: jobs / (sentMs / 1_000),
    requestsPerJob: perJob(meter.take(), jobs),
    statementsPerJob: statements / jobs,
    cpuMsPerJob: Object.fromEntries(
      Object.entries(used).map(([name, milliseconds]) => [name, milliseconds / jobs]),
    ),
  };
}

async function startReceiver(ground: Ground, way: Way): Promise<Child> {
  if (way === "outbox") return ground.startWorker();
  return ground.startLoop(way === "single" ? 1 : 10);
}

/** Code that runs for the first time is slow, and everybody's differently. */
async function warmUp(ground: Ground, way: Way, run: string): Promise<void> {
  const count = 300;
  await using _sender = ground.startSender({ way, run, count, rate: 0 });
  await until(async () => (await countSent(ground, run)) >= count || undefined, {
    timeout: longestMs,
    every: 50,
    failure: () => `${way}: the first ${count} are not done`,
  });
}

const eventsOf = (run: string) => `event LIKE '${run}:%'`;

function countAll({ db }: Ground, run: string): Promise<number> {
  return db.tables.emailMessages.count({ where: db.sequelize.literal(eventsOf(run)) });
}

export function countSent({ db }: Ground, run: string): Promise<number> {
  const where = db.sequelize.literal(`status = 'sent' AND ${eventsOf(run)}`);
  return db.tables.emailMessages.count({ where });
}

async function countStatements({ db }: Ground): Promise<number> {
  const [rows] = await db.sequelize.query("SHOW GLOBAL STATUS LIKE 'Questions'");
  const [row] = z.array(z.object({ Value: z.coerce.number() })).parse(rows);
  return row?.Value ?? 0;
}

async function isFinished({ db }: Ground): Promise<boolean> {
  return (await db.tables.jobs.count({ where: { state: ["queued", "running"] } })) === 0;
}
