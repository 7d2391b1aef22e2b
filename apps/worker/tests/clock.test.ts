import { parseCron } from "@tendril/jobs";
import { minutes } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { bringTicks } from "../src/schedule/bring-ticks.ts";
import { openCrew, type Crew } from "./_crew.ts";
import { ticksOf } from "./_ticks.ts";

let crew: Crew;
beforeAll(async () => {
  crew = await openCrew();
});
afterAll(() => crew?.[Symbol.asyncDispose]());

const tasks = [{ task: "purge" as const, schedule: "* * * * *", fires: parseCron("* * * * *") }];
const handlers = { purge: { run: async () => ({ state: "done" as const }) } };

test("a tick that nobody takes comes again, and one that was taken does not", async () => {
  const now = crew.clock.now();
  const warned: unknown[] = [];
  const logger = { warn: (_: unknown, words?: string) => void warned.push(words) };
  const clock = {
    tasks,
    taken: new Map([["purge", new Date(now.getTime() - minutes(2))]]),
    logger,
  };

  await bringTicks({ ...clock, url: "http://127.0.0.1:1" }, now);
  expect(warned).toEqual(["the worker does not answer: again soon"]);

  await using worker = await crew.worker({ handlers });
  for (const _ of [1, 2, 3]) await bringTicks({ ...clock, url: worker.url }, now);
  expect(await ticksOf(crew.db, "purge")).toMatchObject([{ state: "received", tries: 1 }]);
  expect(warned).toHaveLength(1);
});
