import { describeSchedule, parseCron, type TickJobName } from "@tendril/jobs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { readConfig } from "../src/config.ts";
import { createEngine, type Engine } from "../src/engine.ts";
import { checkSchedule, type ScheduledTask } from "../src/schedule/index.ts";
import { receiveTick } from "../src/schedule/receive-tick.ts";
import { openCrew, type Crew } from "./_crew.ts";
import { jobsOf, ticksOf } from "./_ticks.ts";

type Line = { task?: string; missed?: number; madeUp?: boolean; since?: Date };
type Checker = {
  engine: Engine;
  errors: Line[];
  metrics: Line[];
  check(): Promise<void>;
  receive(time: string): Promise<boolean>;
};

let crew: Crew;
let resources: AsyncDisposableStack;
let time: Date;
const set = (text: string) => {
  time = new Date(text);
};
const clock = { now: () => time };

beforeEach(async () => {
  crew = await openCrew();
  resources = new AsyncDisposableStack();
  set("2026-11-02T00:00:30Z");
});
afterEach(async () => {
  await resources?.[Symbol.asyncDispose]();
  await crew?.[Symbol.asyncDispose]();
});

/** What every worker does once a minute, without its other work. */
async function checker(
  task: TickJobName,
  schedule: string,
  { instance = "worker-1", ownClock = clock } = {},
): Promise<Checker> {
  const config = readConfig({ ...crew.env.environment, INSTANCE_ID: instance });
  const engine = await createEngine(config, resources, { clock: ownClock });
  const errors: Line[] = [];
  const metrics: Line[] = [];
  engine.logger.error = (line: Line) => void errors.push(line);
  engine.logger.info = (line: Line) => void metrics.push(line);
  const tasks: ScheduledTask[] = [{ task, schedule, fires: parseCron(schedule) }];
  return {
    engine,
    errors,
    metrics,
    check: () => checkSchedule(engine, tasks),
    receive: async (at) => (await receiveTick(engine, task, new Date(at))).isFirst,
  };
}

const states = async (task: string) =>
  (await ticksOf(crew.db, task)).map(({ time, state }) => `${time} ${state}`);

describe("a tick that never came", () => {
  test("shows as missed five minutes later, once, however many workers look and how often", async () => {
    const workers = [
      await checker("sweep-uploads", "*/10 * * * *"),
      await checker("sweep-uploads", "*/10 * * * *", { instance: "worker-2" }),
    ];
    const all = () => Promise.all(workers.map(({ check }) => check()));
    await all();
    set("2026-11-02T00:14:59Z");
    await all();
    expect(await states("sweep-uploads")).toEqual([]);
    set("2026-11-02T00:15:00Z");
    await all();
    await all();
    expect(await states("sweep-uploads")).toEqual(["11-02 00:10 missed"]);
    expect(await jobsOf(crew.db, "sweep-uploads")).toEqual([]);
    expect(workers.flatMap(({ errors }) => errors)).toEqual([
      expect.objectContaining({ task: "sweep-uploads", missed: 1, madeUp: false }),
    ]);
    const counted = workers.flatMap(({ metrics }) => metrics.map(({ missed = 0 }) => missed));
    expect(counted.reduce((sum, count) => sum + count)).toBe(1);
    expect(counted).toHaveLength(8);
  });

  test("is made up for when its task wants that: once, and only the latest", async () => {
    const workers = [
      await checker("purge", "20 3 * * *"),
      await checker("purge", "20 3 * * *", { instance: "worker-2" }),
    ];
    await workers[0]?.check();
    set("2026-11-05T12:00:00Z");
    await Promise.all(workers.map(({ check }) => check()));
    await Promise.all(workers.map(({ check }) => check()));
    expect(await states("purge")).toEqual([
      "11-02 03:20 missed",
      "11-03 03:20 missed",
      "11-04 03:20 missed",
      "11-05 03:20 made-up",
    ]);
    const jobs = await jobsOf(crew.db, "purge");
    expect(jobs).toMatchObject([{ scheduledAt: "2026-11-05T03:20:00.000Z" }]);
    expect((await ticksOf(crew.db, "purge")).at(-1)).toMatchObject({ jobId: jobs[0]?.id });
  });

  test("is not made up for when a later one came", async () => {
    const worker = await checker("purge", "20 3 * * *");
    await worker.check();
    set("2026-11-03T03:21:00Z");
    await worker.receive("2026-11-03T03:20:00Z");
    set("2026-11-03T03:30:00Z");
    await worker.check();
    expect(await states("purge")).toEqual(["11-02 03:20 missed", "11-03 03:20 received"]);
    expect(await jobsOf(crew.db, "purge")).toHaveLength(1);
  });
});

describe("a tick that comes late after all", () => {
  test("runs when it was only missed, once", async () => {
    const worker = await checker("send-digests", "*/15 * * * *");
    await worker.check();
    set("2026-11-02T00:21:00Z");
    await worker.check();
    expect(await states("send-digests")).toEqual(["11-02 00:15 missed"]);
    expect(await worker.receive("2026-11-02T00:15:00Z")).toBe(true);
    expect(await worker.receive("2026-11-02T00:15:00Z")).toBe(false);
    expect(await ticksOf(crew.db, "send-digests")).toMatchObject([
      { state: "received", tries: 2, instance: "worker-1" },
    ]);
    expect(await jobsOf(crew.db, "send-digests")).toHaveLength(1);
  });

  test("is only counted when it was made up for", async () => {
    const worker = await checker("purge", "20 3 * * *");
    await worker.check();
    set("2026-11-02T03:26:00Z");
    await worker.check();
    expect(await worker.receive("2026-11-02T03:20:00Z")).toBe(false);
    expect(await ticksOf(crew.db, "purge")).toMatchObject([{ state: "made-up", tries: 1 }]);
    expect(await jobsOf(crew.db, "purge")).toHaveLength(1);
  });

  test("in the very moment in which it is made up for, it has one effect", async () => {
    const workers = [
      await checker("purge", "20 3 * * *"),
      await checker("purge", "20 3 * * *", { instance: "worker-2" }),
    ];
    await workers[0]?.check();
    for (const day of ["02", "03", "04", "05"]) {
      set(`2026-11-${day}T03:25:30Z`);
      await Promise.all(
        workers.flatMap(({ check, receive }) => [check(), receive(`2026-11-${day}T03:20:00Z`)]),
      );
    }
    const ticks = await ticksOf(crew.db, "purge");
    expect(ticks.map(({ tries }) => tries)).toEqual([2, 2, 2, 2]);
    const jobs = await jobsOf(crew.db, "purge");
    expect(jobs.map(({ id }) => id).toSorted()).toEqual(ticks.map(({ jobId }) => jobId).toSorted());
  });
});

test("nothing was missed before a task was known, or while it had another schedule", async () => {
  const every10 = await checker("sweep-uploads", "*/10 * * * *");
  await every10.check();
  set("2026-11-02T00:08:00Z");
  const every2 = await checker("sweep-uploads", "*/2 * * * *");
  await every2.check();
  expect(await states("sweep-uploads")).toEqual([]);
  set("2026-11-02T00:15:00Z");
  await every2.check();
  expect(await states("sweep-uploads")).toEqual(["11-02 00:10 missed"]);
});

test("after weeks of standstill the latest hundred have rows, and the oldest of them says since when", async () => {
  const worker = await checker("sweep-uploads", "*/10 * * * *");
  await worker.check();
  set("2026-11-02T00:10:10Z");
  await worker.receive("2026-11-02T00:10:00Z");
  set("2026-11-02T00:16:00Z");
  await worker.check();
  set("2026-11-30T12:00:00Z");
  await worker.check();
  await worker.check();
  const missed = (await ticksOf(crew.db, "sweep-uploads")).slice(1);
  expect(missed).toHaveLength(100);
  expect(missed.at(-1)).toMatchObject({ time: "11-30 11:50", state: "missed" });
  expect(missed[0]?.missedSince?.toISOString()).toBe("2026-11-02T00:11:00.000Z");
  expect(missed.slice(1).every(({ missedSince }) => missedSince === null)).toBe(true);
  expect(worker.errors).toMatchObject([{ missed: 100, since: missed[0]?.missedSince }]);
});

describe("when a clock jumps", () => {
  test("ahead on one worker: what it took for missed runs when it comes, and nothing else is overlooked", async () => {
    const right = await checker("sweep-uploads", "*/10 * * * *");
    await right.check();
    const ahead = () => new Date(time.getTime() + 3_600_000);
    const wrong = await checker("sweep-uploads", "*/10 * * * *", {
      instance: "worker-2",
      ownClock: { now: ahead },
    });
    await wrong.check();
    expect(await states("sweep-uploads")).toHaveLength(5);

    // Two of these come, one does not; and from 01:00 on no clock but the right ones looks.
    for (const at of ["00:10", "00:20", "01:10"]) {
      set(`2026-11-02T${at}:05Z`);
      await right.check();
      expect(await right.receive(`2026-11-02T${at}:00Z`)).toBe(true);
    }
    set("2026-11-02T01:26:00Z");
    await right.check();
    expect(await states("sweep-uploads")).toEqual([
      "11-02 00:10 received",
      "11-02 00:20 received",
      "11-02 00:30 missed",
      "11-02 00:40 missed",
      "11-02 00:50 missed",
      "11-02 01:00 missed",
      "11-02 01:10 received",
      "11-02 01:20 missed",
    ]);
    expect(await jobsOf(crew.db, "sweep-uploads")).toHaveLength(3);
  });

  test("weeks ahead on one worker for a moment: the others notice all the same what does not come", async () => {
    const weeks = () => new Date(time.getTime() + 30 * 86_400_000);
    const options = { instance: "worker-2", ownClock: { now: weeks } };
    const wrong = await checker("sweep-uploads", "*/10 * * * *", options);
    const right = await checker("sweep-uploads", "*/10 * * * *");
    // The first that knows the task, and again while a tick is within its grace.
    await wrong.check();
    await right.check();
    set("2026-11-02T00:14:30Z");
    await right.check();
    await wrong.check();
    set("2026-11-02T00:15:30Z");
    await right.check();
    expect((await states("sweep-uploads"))[0]).toBe("11-02 00:10 missed");
    expect(right.errors).toMatchObject([{ missed: 1 }]);
  });

  test("back on all of them: what had its effect has it once, and the check goes on", async () => {
    const worker = await checker("purge", "20 3 * * *");
    set("2026-11-02T03:00:00Z");
    await worker.check();
    set("2026-11-02T03:20:10Z");
    expect(await worker.receive("2026-11-02T03:20:00Z")).toBe(true);
    set("2026-11-02T03:26:00Z");
    await worker.check();
    set("2026-11-01T20:00:00Z");
    await worker.check();
    set("2026-11-02T03:20:10Z");
    expect(await worker.receive("2026-11-02T03:20:00Z")).toBe(false);
    set("2026-11-03T03:26:00Z");
    await worker.check();
    expect(await states("purge")).toEqual(["11-02 03:20 received", "11-03 03:20 made-up"]);
    expect(await jobsOf(crew.db, "purge")).toHaveLength(2);
  });
});

test("the overview has the last tick, the next ten and what was missed, of tasks that are still known", async () => {
  const gone = await checker("send-digests", "*/15 * * * *");
  await gone.check();
  set("2026-11-02T02:00:00Z");
  const worker = await checker("purge", "20 3 * * *");
  await worker.check();
  set("2026-11-02T03:20:10Z");
  await worker.receive("2026-11-02T03:20:00Z");
  set("2026-11-04T12:00:00Z");
  await worker.check();
  const overview = await describeSchedule(crew.db, time);
  expect(overview).toHaveLength(1);
  expect(overview[0]).toMatchObject({
    task: "purge",
    schedule: "20 3 * * *",
    since: new Date("2026-11-02T02:00:00Z"),
    checkedAt: time,
    last: { scheduledAt: new Date("2026-11-02T03:20:00Z"), state: "received", tries: 1 },
    missed: {
      count: 2,
      madeUp: 1,
      latest: [{ state: "made-up" }, { scheduledAt: new Date("2026-11-03T03:20:00Z") }],
    },
  });
  expect(overview[0]?.next).toHaveLength(10);
  expect(overview[0]?.next[0]).toEqual(new Date("2026-11-05T03:20:00Z"));
});
