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
  "a handler that never ends is kept up until its time limit, even when its failure cannot be noted",
  { timeout: 60_000 },
  async () => {
    const goOn = Promise.withResolvers<void>();
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

    // Where this one is kept up, the other would have been before: it began earlier.
    const [other = ""] = await crew.send("delete-photo-files", files);
    await expect.poll(() => crew.row(other)).toMatchObject(running);
    const { leaseUntil } = await crew.row(other);
    await expect
      .poll(async () => (await crew.row(other)).leaseUntil, { timeout: 25_000 })
      .not.toEqual(leaseUntil);
    await expect.poll(() => sqs.hidden(leaseSeconds).size).toBe(1);
    expect(await crew.row(endless)).toMatchObject({ ...running, leaseUntil: before.leaseUntil });
    goOn.resolve();
    await expect.poll(() => crew.row(other)).toMatchObject({ state: "done" });
  },
);
