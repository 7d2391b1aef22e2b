import type { JobRow } from "@tendril/database";
import { minutes } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { mails, openCrew, watchSqs, type Crew } from "./_crew.ts";

let crew: Crew;

beforeAll(async () => {
  crew = await openCrew();
});
afterAll(() => crew?.[Symbol.asyncDispose]());

const files = Array.from({ length: 6 }, (_, n) => ({
  slug: `slug-${n}`,
  fileKey: `key-${n}`,
  original: true,
}));

test(
  "an hour without S3 costs no attempt and leaves no letter, and its queues rest meanwhile",
  { timeout: 60_000 },
  async () => {
    using sqs = watchSqs();
    const handlers = { "send-email": { run: async () => ({ state: "done" as const }) } };
    await using _worker = await crew.worker({ handlers });
    await expect.poll(() => sqs.receives("media").length, { timeout: 5_000 }).toBe(1);
    await crew.env.stop("s3");
    const ids = await crew.send("delete-photo-files", files);
    const waiting = { state: "queued", attempts: 0, finishedAt: null };
    await expect
      .poll(async () => (await crew.row(ids[0] ?? "")).lastError, { timeout: 10_000 })
      .toMatch(/photo store/);

    /** Moves the clock, until relay and consumers have seen what that means. */
    const pass = async (ms: number) => {
      const runAt = new Date(crew.clock.now().getTime() + ms);
      const [mail = ""] = await crew.send("send-email", mails(1), runAt);
      crew.later(ms);
      await expect.poll(() => crew.row(mail), { timeout: 5_000 }).toMatchObject({ state: "done" });
      return Promise.all(ids.map((id) => crew.row(id)));
    };
    // A receive that was under way brings some of them once more.
    const allSent = (jobs: JobRow[]) =>
      jobs.every(({ state, dispatchedAt }) => state === "queued" && dispatchedAt);
    await expect.poll(() => pass(minutes(1)).then(allSent), { timeout: 15_000 }).toBe(true);

    const before = (await pass(0)).map(({ claims }) => claims);
    const receives = sqs.receives("media").length;
    for (let quarter = 0; quarter < 4; quarter++) {
      const jobs = await pass(minutes(15));
      for (const job of jobs) expect(job).toMatchObject(waiting);
      expect(jobs.map(({ claims }) => claims)).toEqual(before);
      for (const id of ids) expect(await crew.letters(id)).toEqual([]);
    }
    expect(sqs.receives("media")).toHaveLength(receives);

    await crew.env.resume("s3");
    for (const id of ids)
      await expect
        .poll(() => crew.row(id), { timeout: 25_000 })
        .toMatchObject({ state: "done", attempts: 1 });
  },
);
