import { createRegistry, startSqsd, type Space, type SqsdOptions } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { cronFileWith, cronYaml, handClock, ok, startApp } from "./_daemon.ts";
import { openTestSpace } from "./_space.ts";

const minutely = cronFileWith(cronYaml({ quick: "* * * * *" }));
const hourly = cronFileWith(cronYaml({ hourly: "0 * * * *" }));
let space: Space;

beforeAll(async () => {
  space = await openTestSpace();
});
afterAll(async () => {
  minutely[Symbol.dispose]();
  hourly[Symbol.dispose]();
  await space?.[Symbol.asyncDispose]();
});

/** A group of daemons with one app that notes the ticks, in the order of their times. */
async function openGroup(file: string, time: string) {
  const app = await startApp(ok);
  const registry = createRegistry();
  const clock = handClock(time);
  return {
    clock,
    start: (instance: string, options: Partial<SqsdOptions> = {}) =>
      startSqsd(space, { app: app.url, instance, registry, clock, cronFile: file, ...options }),
    ticks: () =>
      app.seen
        .map(({ headers }) => String(headers["x-aws-sqsd-scheduled-at"]).slice(11, 16))
        .sort(),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

test("one leads and puts each tick into the queue once; any of them delivers it", async () => {
  await using group = await openGroup(minutely.path, "2026-03-03T10:00:30Z");
  await using a = await group.start("a");
  await expect.poll(() => a.isLeader).toBe(true);
  await using b = await group.start("b");
  for (const minute of ["10:01", "10:02", "10:03"]) {
    group.clock.set(`2026-03-03T${minute}:00Z`);
    await expect.poll(group.ticks).toContain(minute);
  }
  expect(group.ticks()).toEqual(["10:01", "10:02", "10:03"]);
  await expect.poll(() => [a, b].filter(({ isLeader }) => isLeader)).toHaveLength(1);
});

test("when the leader dies another follows once its lease has run out, and sends the tick that was missed", async () => {
  await using group = await openGroup(minutely.path, "2026-03-03T10:00:30Z");
  const a = await group.start("a");
  group.clock.set("2026-03-03T10:01:00Z");
  await expect.poll(group.ticks).toEqual(["10:01"]);
  await using b = await group.start("b");
  await a.kill();
  group.clock.set("2026-03-03T10:01:20Z");
  expect(b.isLeader).toBe(false);
  // 10:02 came and went without a leader.
  group.clock.set("2026-03-03T10:02:10Z");
  await expect.poll(() => b.isLeader).toBe(true);
  await expect.poll(group.ticks).toEqual(["10:01", "10:02"]);
  group.clock.set("2026-03-03T10:03:00Z");
  await expect.poll(group.ticks).toEqual(["10:01", "10:02", "10:03"]);
});

test("a new leader makes up for nothing when the last recorded tick is 300 s old", async () => {
  await using group = await openGroup(hourly.path, "2026-03-03T09:59:30Z");
  const a = await group.start("a");
  await expect.poll(() => a.isLeader).toBe(true);
  group.clock.set("2026-03-03T10:00:00Z");
  await expect.poll(group.ticks).toEqual(["10:00"]);
  await a.kill();
  group.clock.set("2026-03-03T11:00:10Z");
  await using b = await group.start("b");
  await expect.poll(() => b.isLeader).toBe(true);
  group.clock.set("2026-03-03T12:00:00Z");
  await expect.poll(group.ticks).toEqual(["10:00", "12:00"]);
});

test("a clock that leaps ahead brings the tick that was waited for, and none of those between", async () => {
  await using group = await openGroup(minutely.path, "2026-03-03T10:00:30Z");
  await using a = await group.start("a");
  await expect.poll(() => a.isLeader).toBe(true);
  group.clock.set("2026-03-03T12:00:30Z");
  await expect.poll(group.ticks).toEqual(["10:01"]);
  group.clock.set("2026-03-03T12:01:00Z");
  await expect.poll(group.ticks).toEqual(["10:01", "12:01"]);
});

test("a leader that starts anew on a clock that was put back sends the same ticks again", async () => {
  await using group = await openGroup(minutely.path, "2026-03-03T10:00:30Z");
  const a = await group.start("a");
  await expect.poll(() => a.isLeader).toBe(true);
  group.clock.set("2026-03-03T10:01:00Z");
  await expect.poll(group.ticks).toEqual(["10:01"]);
  await a.kill();
  group.clock.set("2026-03-03T10:00:40Z");
  await using again = await group.start("a");
  await expect.poll(() => again.isLeader).toBe(true);
  group.clock.set("2026-03-03T10:01:00Z");
  await expect.poll(group.ticks).toEqual(["10:01", "10:01"]);
});

describe("refuses to start, in the platform's words, on", () => {
  const task = "  - name: a\n    url: /tasks/a\n    schedule:";
  test.each([
    ["an empty file", "", "Schedule file 'cron.yaml' is empty."],
    ["another version", "version: 2\ncron: []\n", "Not supported version 2"],
    ["a version that is no integer", 'version: "1"\ncron: []\n', "Not supported version 1"],
    ["what is not YAML", "version: 1\ncron: [", "Failed of parsing file 'cron.yaml', because: "],
    [
      "a schedule without quotes",
      `version: 1\ncron:\n${task} */5 * * * *\n`,
      "Failed of parsing file 'cron.yaml', because: ",
    ],
    [
      "a schedule that does not parse",
      `version: 1\ncron:\n${task} "61 * * * *"\n`,
      "Failed of parsing file 'cron.yaml', because: the minute",
    ],
    [
      "a task without a url",
      'version: 1\ncron:\n  - name: a\n    schedule: "* * * * *"\n',
      "Failed of parsing file 'cron.yaml', because: cron.0.url",
    ],
  ])("%s", async (_what, content, words) => {
    using file = cronFileWith(content);
    const starting = startSqsd(space, { app: "http://127.0.0.1:1", cronFile: file.path });
    await expect(starting).rejects.toThrow(words);
  });
});

test("of two tasks with one name the later stands", async () => {
  const lines: string[] = [];
  const twice = cronYaml({ quick: "0 0 1 1 *" });
  using file = cronFileWith(twice + cronYaml({ quick: "* * * * *" }).split("cron:\n")[1]);
  await using group = await openGroup(file.path, "2026-03-03T10:00:30Z");
  await using a = await group.start("a", { log: (line) => lines.push(line) });
  await expect.poll(() => a.isLeader).toBe(true);
  expect(lines[0]).toBe("Successfully loaded 1 scheduled tasks from cron.yaml.");
  group.clock.set("2026-03-03T10:01:00Z");
  await expect.poll(group.ticks).toEqual(["10:01"]);
});
