import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { findTasks } from "@tendril/database";
import { createRegistry, startSqsd, type Registry, type Sqsd } from "@tendril/dev-env";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Handlers } from "../src/handlers/index.ts";
import { openCrew, type Crew } from "./_crew.ts";
import { jobsOf, ticksOf } from "./_ticks.ts";

const yearly = "0 0 1 1 *";
const file = (schedules: Record<string, string>) =>
  `version: 1\ncron:\n${Object.entries(schedules)
    .map(([name, at]) => `  - name: ${name}\n    url: /tasks/${name}\n    schedule: "${at}"\n`)
    .join("")}`;

let crew: Crew;
let stack: AsyncDisposableStack;
let cronFile: string;
let ran: string[];
let time: Date;
const clock = { now: () => time };
// Before today, as SQS keeps real time, and the daemon deletes what it takes for old.
const set = (at: string) => {
  time = new Date(`2026-03-03T${at}Z`);
};
type Worker = { url: string };

const handlers: Partial<Handlers> = {
  purge: {
    async run(_context, { scheduledAt }) {
      ran.push(scheduledAt.slice(11, 16));
      return { state: "done" };
    },
  },
};

beforeEach(async () => {
  crew = await openCrew();
  stack = new AsyncDisposableStack();
  ran = [];
  const folder = mkdtempSync(join(tmpdir(), "tendril-cron-"));
  stack.defer(() => rmSync(folder, { recursive: true }));
  cronFile = join(folder, "cron.yaml");
  const others = { "send-digests": yearly, "sweep-uploads": yearly, "check-restores": yearly };
  writeFileSync(cronFile, file({ ...others, purge: "*/10 * * * *" }));
  set("10:05:00");
});
afterEach(async () => {
  await stack?.[Symbol.asyncDispose]();
  await crew?.[Symbol.asyncDispose]();
});

/** An instance of the worker tier has both: the app, and the daemon that posts to it. */
const worker = async (instance: string) =>
  stack.use(await crew.worker({ handlers, clock, cronFile }, instance));
const daemon = async (instance: string, { url: app }: Worker, registry: Registry) => {
  const settings = { ErrorVisibilityTimeout: 1 };
  const options = { app, instance, registry, clock, cronFile, settings };
  return stack.use(await startSqsd(crew.env.space, options));
};
/** From now on its ticks can be missed. */
const isKnown = () =>
  expect.poll(async () => (await findTasks(crew.db)).map(({ task }) => task)).toContain("purge");
const leads = (sqsd: Sqsd) => expect.poll(() => sqsd.isLeader).toBe(true);
const ticks = async () =>
  (await ticksOf(crew.db, "purge")).map(
    ({ time, state, tries }) => `${time.slice(6)} ${state} ${tries}`,
  );
const comesToRest = async (expected: { ticks: string[]; ran: string[] }) => {
  await expect.poll(ticks).toEqual(expected.ticks);
  await expect.poll(() => ran.toSorted()).toEqual(expected.ran);
  expect(await jobsOf(crew.db, "purge")).toHaveLength(expected.ran.length);
};

describe("two workers, one tick: one effect", () => {
  test("when one of them leads", async () => {
    const registry = createRegistry();
    const a = await daemon("a", await worker("a"), registry);
    await leads(a);
    await daemon("b", await worker("b"), registry);
    set("10:10:00");
    await comesToRest({ ticks: ["10:10 received 1"], ran: ["10:10"] });
  });

  test("when both get it, as every server is its own clock", async () => {
    const both = [
      await daemon("a", await worker("a"), createRegistry()),
      await daemon("b", await worker("b"), createRegistry()),
    ];
    for (const sqsd of both) await leads(sqsd);
    set("10:10:00");
    await comesToRest({ ticks: ["10:10 received 2"], ran: ["10:10"] });
    set("10:20:00");
    await comesToRest({
      ticks: ["10:10 received 2", "10:20 received 2"],
      ran: ["10:10", "10:20"],
    });
  });

  test("when the clock jumps ahead: the ticks between were missed, the latest is made up for", async () => {
    const registry = createRegistry();
    const a = await daemon("a", await worker("a"), registry);
    await Promise.all([leads(a), isKnown()]);
    set("12:15:30");
    // Each worker looks once a minute; here two that start at this moment do.
    await Promise.all([worker("c"), worker("d")]);
    await expect.poll(ticks).toHaveLength(13);
    // The daemon sends the one that it was waiting for.
    await expect.poll(ticks).toContain("10:10 received 1");
    await comesToRest({
      ticks: [
        "10:10 received 1",
        ...["10:20", "10:30", "10:40", "10:50", "11:00", "11:10", "11:20", "11:30"].map(missed),
        ...["11:40", "11:50", "12:00"].map(missed),
        "12:10 made-up 0",
      ],
      ran: ["10:10", "12:10"],
    });
  });

  test("when the clock is put back, and the daemon starts anew and sends the same again", async () => {
    const registry = createRegistry();
    const a = await worker("a");
    const first = await daemon("a", a, registry);
    await leads(first);
    set("10:10:00");
    await comesToRest({ ticks: ["10:10 received 1"], ran: ["10:10"] });
    await first.kill();
    set("10:09:40");
    await leads(await daemon("a", a, registry));
    set("10:10:00");
    await comesToRest({ ticks: ["10:10 received 2"], ran: ["10:10"] });
  });

  test("when the leader dies after it has sent the tick and before it has recorded that", async () => {
    const registry = createRegistry();
    await registry.record("purge", new Date("2026-03-03T10:09:00Z"));
    const { promise: dead, resolve } = Promise.withResolvers<void>();
    const forgetful = { ...registry, record: () => dead };
    const [a, b] = [await worker("a"), await worker("b")];
    const first = await daemon("a", a, forgetful);
    stack.defer(resolve);
    await leads(first);
    set("10:10:00");
    await comesToRest({ ticks: ["10:10 received 1"], ran: ["10:10"] });
    void first.kill();
    set("10:10:40");
    await leads(await daemon("b", b, registry));
    await comesToRest({ ticks: ["10:10 received 2"], ran: ["10:10"] });
  });

  test("when nobody led: it shows as missed, and its task is made up for, once", async () => {
    const registry = createRegistry();
    const [a, b] = [await worker("a"), await worker("b")];
    const first = await daemon("a", a, registry);
    await Promise.all([leads(first), isKnown()]);
    await first.kill();
    set("10:16:00");
    await leads(await daemon("b", b, registry));
    await Promise.all([worker("c"), worker("d")]);
    await comesToRest({ ticks: ["10:10 made-up 0"], ran: ["10:10"] });
    set("10:20:00");
    await comesToRest({
      ticks: ["10:10 made-up 0", "10:20 received 1"],
      ran: ["10:10", "10:20"],
    });
  });
});

const missed = (at: string) => `${at} missed 0`;

test("a worker whose cron.yaml is bad does its jobs, and takes ticks", async () => {
  writeFileSync(cronFile, "version: 2\n");
  const { url } = await worker("a");
  const answer = await fetch(`${url}/tasks/purge`, {
    method: "POST",
    headers: {
      "x-aws-sqsd-taskname": "purge",
      "x-aws-sqsd-scheduled-at": "2026-03-03T10:00:00Z",
    },
  });
  expect(answer.status).toBe(200);
  await comesToRest({ ticks: ["10:00 received 1"], ran: ["10:00"] });
});
