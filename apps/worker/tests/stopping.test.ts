import { leaseSeconds } from "@tendril/jobs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { mails, openCrew, watchSqs, type Crew } from "./_crew.ts";

const queues = ["media", "mail", "tasks", "bulk"];
let crew: Crew;

beforeAll(async () => {
  crew = await openCrew();
});
afterAll(() => crew?.[Symbol.asyncDispose]());

// Twenty of these seconds are the time that jobs get to finish.
test(
  "a worker that is told to stop finishes what it can, hands the rest back at no charge, and takes nothing new",
  { timeout: 45_000 },
  async () => {
    const { promise: ready, resolve } = Promise.withResolvers<void>();
    const begun = new Set<number>();
    let heard = 0;
    using sqs = watchSqs();
    const worker = await crew.worker({
      handlers: {
        "send-email": {
          async run(_context, { emailId }, { signal }) {
            begun.add(emailId);
            if (emailId <= 4) await ready;
            // Three listen to their signal, three do not.
            else if (emailId <= 7)
              await new Promise((_, reject) => {
                signal.addEventListener("abort", () => {
                  heard += 1;
                  reject(signal.reason);
                });
              });
            else await new Promise(() => {});
            return { state: "done" };
          },
        },
      },
    });
    const ids = await crew.send("send-email", mails(10));
    await expect.poll(() => begun.size, { timeout: 5_000 }).toBe(10);

    const before = queues.map((queue) => sqs.receives(queue).length);
    expect(Math.min(...before)).toBeGreaterThan(0);
    const began = performance.now();
    const ended = worker[Symbol.asyncDispose]();
    const late = await crew.send("send-email", [{ emailId: 1 }]);
    resolve();
    await ended;
    expect(performance.now() - began).toBeLessThan(25_000);
    // Until the end their messages were kept from other workers, each by itself.
    expect(sqs.hidden(leaseSeconds).size).toBeGreaterThanOrEqual(6);

    expect(queues.map((queue) => sqs.receives(queue).length)).toEqual(before);
    for (const id of ids.slice(0, 4))
      expect(await crew.row(id)).toMatchObject({ state: "done", attempts: 1 });
    expect(heard).toBe(3);
    for (const id of ids.slice(4))
      expect(await crew.row(id)).toMatchObject({
        state: "queued",
        attempts: 0,
        lastError: "The worker is stopping",
      });
    for (const id of late)
      expect(await crew.row(id)).toMatchObject({ state: "queued", attempts: 0, claims: 0 });

    // Nobody waits for a lease to run out: the next worker does it all.
    const handlers = { "send-email": { run: async () => ({ state: "done" as const }) } };
    await using _next = await crew.worker({ handlers }, "worker-2");
    for (const id of [...ids, ...late])
      await expect
        .poll(() => crew.row(id), { timeout: 10_000 })
        .toMatchObject({ state: "done", attempts: 1 });
    expect(await crew.letters(ids[9] ?? "")).toEqual([]);
  },
);
