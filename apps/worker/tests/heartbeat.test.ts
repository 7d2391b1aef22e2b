import type { Database } from "@tendril/database";
import { catalogue, leaseSeconds } from "@tendril/jobs";
import { minutes } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { mails, openCrew, watchSqs, type Crew } from "./_crew.ts";

let crew: Crew;
const limits = catalogue["send-email"];
const { timeLimitSeconds } = limits;

beforeAll(async () => {
  crew = await openCrew();
});
afterAll(async () => {
  limits.timeLimitSeconds = timeLimitSeconds;
  await crew?.[Symbol.asyncDispose]();
});

const running = { state: "running" as const, attempts: 1 };
const files = [{ slug: "s", fileKey: "k", original: false }];

test(
  "a job is kept up while it runs and commits; one that never ends until its time limit, even when its failure cannot be noted",
  { timeout: 60_000 },
  async () => {
    const goOn = Promise.withResolvers<void>();
    const untilKeptUp = async (tx: Database) => {
      const where = { name: "build-digest" };
      const lease = async () =>
        (await tx.tables.jobs.findOne({ ...tx.options, where }))?.get("leaseUntil");
      const before = await lease();
      await expect.poll(lease, { timeout: 25_000 }).not.toEqual(before);
    };
    let told: AbortSignal | undefined;
    using sqs = watchSqs();
    limits.timeLimitSeconds = 0.3;
    await using _worker = await crew.worker({
      handlers: {
        "send-email": {
          run(_context, _payload, { signal }) {
            told = signal;
            return new Promise(() => {});
          },
        },
        "delete-photo-files": {
          async run() {
            await goOn.promise;
            return { state: "done" };
          },
        },
        "build-digest": { run: async () => ({ state: "done", effects: untilKeptUp }) },
      },
    });
    const runAt = new Date(crew.clock.now().getTime() + minutes(1));
    const [endless = ""] = await crew.send("send-email", mails(1), runAt);
    // It is no list, so no failure can be added to it.
    await crew.db.tables.jobs.update({ history: "{}" }, { where: { id: endless } });
    crew.later(minutes(1));
    await expect.poll(() => told?.aborted).toBe(true);
    const before = await crew.row(endless);
    expect(before).toMatchObject(running);

    // Where these are kept up, the other would have been before: it began earlier.
    const [other = ""] = await crew.send("delete-photo-files", files);
    const dueAt = crew.clock.now().toISOString();
    const [committing = ""] = await crew.send("build-digest", [{ userId: 1, dueAt }]);
    await expect.poll(() => crew.row(other)).toMatchObject(running);
    const { leaseUntil } = await crew.row(other);
    await expect
      .poll(async () => (await crew.row(other)).leaseUntil, { timeout: 25_000 })
      .not.toEqual(leaseUntil);
    await expect.poll(() => sqs.hidden(leaseSeconds).size).toBe(2);
    expect(await crew.row(endless)).toMatchObject({ ...running, leaseUntil: before.leaseUntil });
    goOn.resolve();
    for (const id of [other, committing])
      await expect.poll(() => crew.row(id)).toMatchObject({ state: "done" });
  },
);
