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
    await expect.poll(() => sqs.receives("media").length).toBe(1);
    await crew.env.stop("s3");
    const ids = await crew.send("delete-photo-files", files);
    const waiting = { state: "queued", attempts: 0, finishedAt: null };
    await expect
      .poll(async () => (await crew.row(ids[0] ?? "")).lastError, { timeout: 10_000 })
      .toMatch(/photo store/);

    // What was under way when it went away comes to its end first.
    const rest = async () => {
      const before = sqs.receives("media").length;
      const [mail = ""] = await crew.send("send-email", mails(1));
      await expect.poll(() => crew.row(mail), { timeout: 5_000 }).toMatchObject({ state: "done" });
      return sqs.receives("media").length - before;
    };
    await expect.poll(rest, { timeout: 10_000 }).toBe(0);
    for (let quarter = 0; quarter < 4; quarter++) {
      crew.later(minutes(15));
      expect(await rest()).toBe(0);
      for (const id of ids) {
        expect(await crew.row(id)).toMatchObject(waiting);
        expect(await crew.letters(id)).toEqual([]);
      }
    }

    await crew.env.resume("s3");
    for (const id of ids)
      await expect
        .poll(() => crew.row(id), { timeout: 25_000 })
        .toMatchObject({ state: "done", attempts: 1 });
  },
);
