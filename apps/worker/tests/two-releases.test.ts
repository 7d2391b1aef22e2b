import { catalogue } from "@tendril/jobs";
import { minutes } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { mails, openCrew, type Crew } from "./_crew.ts";

let crew: Crew;

beforeAll(async () => {
  crew = await openCrew();
});
afterAll(async () => {
  catalogue["send-email"].version = 1;
  await crew?.[Symbol.asyncDispose]();
});

test(
  "two releases side by side lose nothing, and park nothing for people",
  { timeout: 40_000 },
  async () => {
    const done = { "send-email": { run: async () => ({ state: "done" as const }) } };
    const old = await crew.send("send-email", mails(5));
    // Written by the web tier of the next release.
    catalogue["send-email"].version = 2;
    const recent = await crew.send("send-email", mails(5));
    {
      catalogue["send-email"].version = 1;
      await using _previous = await crew.worker({ handlers: done }, "previous");
      for (const id of old)
        await expect.poll(() => crew.row(id), { timeout: 5_000 }).toMatchObject({ state: "done" });
      const postponed = { state: "queued", attempts: 0, dispatchedAt: null };
      for (const id of recent)
        await expect.poll(() => crew.row(id), { timeout: 5_000 }).toMatchObject(postponed);
    }
    catalogue["send-email"].version = 2;
    await using _next = await crew.worker({ handlers: done }, "next");
    crew.later(minutes(1));
    for (const id of recent)
      await expect
        .poll(() => crew.row(id), { timeout: 10_000 })
        .toMatchObject({ state: "done", attempts: 1, worker: "next" });

    // What the previous one still writes is done by the next one.
    catalogue["send-email"].version = 1;
    const late = await crew.send("send-email", mails(2));
    catalogue["send-email"].version = 2;
    for (const id of late)
      await expect.poll(() => crew.row(id), { timeout: 5_000 }).toMatchObject({ state: "done" });
    for (const id of [...old, ...recent, ...late]) expect(await crew.letters(id)).toEqual([]);
  },
);
