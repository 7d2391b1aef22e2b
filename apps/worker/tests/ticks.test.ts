import { createConnection } from "node:net";

import { minutes } from "@tendril/runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openCrew, type Crew } from "./_crew.ts";
import { fire, jobsOf, ticksOf } from "./_ticks.ts";

let crew: Crew;
let worker: { url: string } & AsyncDisposable;
let ran: string[] = [];

const done = async (_context: unknown, { scheduledAt }: { scheduledAt: string }) => {
  ran.push(scheduledAt);
  return { state: "done" as const };
};
const handlers = {
  purge: { run: done },
  "sweep-uploads": { run: done },
  "check-restores": { run: done },
  "send-digests": { run: done },
};

beforeAll(async () => {
  crew = await openCrew();
  worker = await crew.worker({ handlers });
});
afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await crew?.[Symbol.asyncDispose]();
});

test("a tick makes one job with its time, and is on record with it", async () => {
  ran = [];
  const at = new Date(crew.clock.now().getTime() - minutes(1));
  expect(await fire(worker, "purge", at)).toEqual({ status: 200, text: "Taken\n" });
  at.setUTCSeconds(0, 0);
  const [job] = await jobsOf(crew.db, "purge");
  expect(job).toMatchObject({ scheduledAt: at.toISOString() });
  expect(await ticksOf(crew.db, "purge")).toEqual([
    expect.objectContaining({ state: "received", tries: 1, instance: "worker-1", jobId: job?.id }),
  ]);
  await expect.poll(() => ran).toEqual([at.toISOString()]);
  await expect.poll(() => crew.row(job?.id ?? "")).toMatchObject({ state: "done" });
});

test("the same tick again, also within its minute or in another zone, is counted and does nothing", async () => {
  ran = [];
  for (const at of ["T01:20:00Z", "T01:20:41.5Z", "T02:20:00+01:00", " 01:20:00 UTC"]) {
    const today = crew.clock.now().toISOString().slice(0, 10);
    expect((await fire(worker, "send-digests", `${today}${at}`)).status).toBe(200);
  }
  expect(await jobsOf(crew.db, "send-digests")).toHaveLength(1);
  expect(await ticksOf(crew.db, "send-digests")).toMatchObject([{ state: "received", tries: 4 }]);
});

test("twenty at once are one job", async () => {
  const at = new Date(crew.clock.now().getTime() - minutes(3));
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => fire(worker, "check-restores", at)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(answers.filter(({ text }) => text === "Taken\n")).toHaveLength(1);
  expect(await jobsOf(crew.db, "check-restores")).toHaveLength(1);
  expect(await ticksOf(crew.db, "check-restores")).toMatchObject([{ tries: 20 }]);
});

test("it is answered within milliseconds, also while its job takes long", async () => {
  const times: number[] = [];
  for (let n = 10; n < 30; n++) {
    const began = performance.now();
    await fire(worker, "sweep-uploads", new Date(crew.clock.now().getTime() - minutes(n)));
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  // A loaded machine is slow at times; half of them are not.
  expect(times[10]).toBeLessThan(250);
});

describe("is refused, and makes nothing", () => {
  const soon = () => new Date();
  test.each([
    ["a task that nobody knows", "tidy-up", soon, {}, 404],
    ["a name that every object knows", "constructor", soon, {}, 404],
    ["an address that cannot be read", "%E0%A4", soon, {}, 400],
    ["another name in the header", "purge", soon, { "x-aws-sqsd-taskname": "send-digests" }, 400],
    ["no name in the header", "purge", soon, { "x-aws-sqsd-taskname": "" }, 400],
    ["no time", "purge", () => "", {}, 400],
    ["a time that is none", "purge", () => "tomorrow", {}, 400],
    ["a time to come", "purge", () => new Date(Date.now() + minutes(30)), {}, 400],
    ["a time long past", "purge", () => "2001-01-01T00:00:00Z", {}, 400],
  ])("%s", async (_what, task, at, headers, status) => {
    const before = (await jobsOf(crew.db, "purge")).length;
    const answer = await fire(worker, task, at(), headers);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(/at .*\.ts|node_modules/);
    expect(await jobsOf(crew.db, "purge")).toHaveLength(before);
  });
});

test("only POST is answered", async () => {
  expect((await fetch(`${worker.url}/tasks/purge`)).status).toBe(404);
});

test("a body that is no JSON, large, or in another type does no harm", async () => {
  const at = new Date(crew.clock.now().getTime() - minutes(40)).toISOString();
  const answer = await fetch(`${worker.url}/tasks/purge`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-aws-sqsd-taskname": "purge",
      "x-aws-sqsd-scheduled-at": at,
    },
    body: "elasticbeanstalk scheduled job",
  });
  expect(answer.status).toBe(200);
});

test("while the database is away it says 503, and the tick runs when it comes again", async () => {
  const at = new Date(crew.clock.now().getTime() - minutes(50));
  await crew.env.stop("database");
  const answer = await fire(worker, "purge", at);
  await crew.env.resume("database");
  expect(answer).toEqual({ status: 503, text: "The database is away.\n" });
  await expect.poll(async () => (await fire(worker, "purge", at)).status).toBe(200);
  const minute = at.toISOString().slice(0, 16);
  const jobs = await jobsOf(crew.db, "purge");
  expect(jobs.filter(({ scheduledAt }) => scheduledAt.startsWith(minute))).toHaveLength(1);
});

test("a fault of ours is a 500 without its stack", async () => {
  await using broken = await crew.worker({
    handlers,
    clock: {
      now() {
        throw new Error("the clock has stopped");
      },
    },
  });
  const answer = await fire(broken, "purge", new Date());
  expect(answer.status).toBe(500);
  expect(answer.text).not.toContain("clock");
});

test("it listens on the loopback address alone", async () => {
  const port = Number(new URL(worker.url).port);
  const reach = (host: string) =>
    new Promise<boolean>((resolve) => {
      const socket = createConnection({ host, port });
      socket.once("connect", () => {
        resolve(true);
        socket.destroy();
      });
      socket.once("error", () => resolve(false));
    });
  expect(await reach("127.0.0.1")).toBe(true);
  // An address of this machine as well, which a server on all interfaces would answer at.
  expect(await reach("127.0.0.2")).toBe(false);
});
