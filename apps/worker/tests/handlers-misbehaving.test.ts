import { catalogue } from "@tendril/jobs";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Handlers } from "../src/handlers/index.ts";
import { mails, openCrew, type Crew } from "./_crew.ts";

let crew: Crew;
let worker: AsyncDisposable;

type Run = Handlers["send-email"]["run"];
let run: Run;

const limits = catalogue["send-email"];
const { timeLimitSeconds } = limits;

beforeAll(async () => {
  crew = await openCrew();
  worker = await crew.worker({ handlers: { "send-email": { run: (...all) => run(...all) } } });
});
afterAll(async () => {
  limits.timeLimitSeconds = timeLimitSeconds;
  await worker?.[Symbol.asyncDispose]();
  await crew?.[Symbol.asyncDispose]();
});

/** The first mail is treated like this, all others are well. */
function misbehave(first: Run): void {
  run = (context, payload, attempt) =>
    payload.emailId === 1 ? first(context, payload, attempt) : Promise.resolve({ state: "done" });
}

async function sendThree(): Promise<string> {
  const [first = "", ...others] = await crew.send("send-email", mails(3));
  for (const other of others)
    await expect
      .poll(() => crew.row(other), { timeout: 5_000 })
      .toMatchObject({ state: "done", attempts: 1 });
  return first;
}

const again = (lastError: unknown) => ({ state: "queued", attempts: 1, lastError });

test.each([
  ["a text", "just words", "just words"],
  ["nothing", undefined, "undefined"],
  ["null", null, "null"],
  ["an object", { code: 7 }, "[object Object]"],
  ["an error without words", new Error(), ""],
])("a handler that throws %s has failed like any other", async (_, thrown, message) => {
  misbehave(() => Promise.reject(thrown));
  const id = await sendThree();
  await expect.poll(() => crew.row(id), { timeout: 5_000 }).toMatchObject(again(message));
});

test("a handler that throws before it promises anything has failed", async () => {
  misbehave(() => {
    throw new RangeError("at once");
  });
  const id = await sendThree();
  await expect.poll(() => crew.row(id), { timeout: 5_000 }).toMatchObject(again("at once"));
});

test("a handler whose effects fail leaves none of them", async () => {
  misbehave(async () => ({
    state: "done",
    async effects(tx) {
      await tx.sequelize.query("UPDATE gallery_version SET version = 4711", tx.options);
      throw new Error("half-way");
    },
  }));
  const id = await sendThree();
  await expect.poll(() => crew.row(id), { timeout: 5_000 }).toMatchObject(again("half-way"));
  const [versions] = await crew.db.sequelize.query("SELECT version FROM gallery_version");
  expect(versions).not.toContainEqual({ version: 4711 });
});

test("a handler that does not listen is not waited for, and what it brings late has no effect", async () => {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const effects = { ran: false };
  let told: AbortSignal | undefined;
  misbehave(async (_context, _payload, { signal }) => {
    told = signal;
    await late;
    return {
      state: "done",
      effects: async () => {
        effects.ran = true;
      },
    };
  });
  limits.timeLimitSeconds = 0.3;
  const id = await sendThree();
  const failed = again("Not done within 0.3 s");
  await expect.poll(() => crew.row(id), { timeout: 5_000 }).toMatchObject(failed);
  expect(told?.aborted).toBe(true);
  limits.timeLimitSeconds = timeLimitSeconds;

  misbehave(async () => ({ state: "skipped" }));
  resolve();
  // What comes after it on the same worker has ended, so it had its chance.
  const next = await sendThree();
  await expect.poll(() => crew.row(next), { timeout: 5_000 }).toMatchObject({ state: "skipped" });
  expect(await crew.row(id)).toMatchObject(failed);
  expect(effects.ran).toBe(false);
});

test("a handler that rejects after it was given up brings nobody down", async () => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  misbehave(() => late);
  limits.timeLimitSeconds = 0.3;
  const id = await sendThree();
  await expect.poll(() => crew.row(id), { timeout: 5_000 }).toMatchObject({ state: "queued" });
  limits.timeLimitSeconds = timeLimitSeconds;
  reject(new Error("much later"));
  misbehave(async () => ({ state: "skipped" }));
  await sendThree();
});
