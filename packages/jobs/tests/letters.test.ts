import { closeLetters, editLetterPayload, type DeadLetterRow } from "@tendril/database";
import { seconds } from "@tendril/runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  claim,
  createOutbox,
  fileRawLetter,
  giveUp,
  readHistory,
  redrive,
  relayOnce,
  retryLater,
  type JobMessage,
} from "../src/index.ts";
import { messageOf, openLedger, type TestLedger } from "./_ledger.ts";

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger?.[Symbol.asyncDispose]());

const worker = () => ledger.as("worker-1");

async function dead(): Promise<{ message: JobMessage; letter: DeadLetterRow }> {
  const message = await ledger.enqueue();
  await giveUp(worker(), await ledger.claim(message), new TypeError("hopeless"));
  const [letter] = await ledger.letters(message);
  if (!letter) throw new Error("There is no letter");
  return { message, letter };
}

describe("a letter", () => {
  test("tells everything about a death", async () => {
    const message = await ledger.enqueue({ trace: "request-7" });
    await retryLater(worker(), await ledger.claim(message), new Error("first"));
    ledger.later(seconds(30));
    const thrown = new TypeError("hopeless");
    await giveUp(worker(), await ledger.claim(message), thrown);
    const [letter] = await ledger.letters(message);
    expect(letter).toMatchObject({
      generation: 0,
      queue: "mail",
      name: "send-email",
      payload: '{"emailId":1}',
      errorName: "TypeError",
      errorMessage: "hopeless",
      stack: thrown.stack,
      trace: "request-7",
      state: "open",
      createdAt: ledger.clock.at,
    });
    const attempts = readHistory(letter?.attempts ?? "");
    expect(attempts.map(({ attempt, error }) => [attempt, error])).toEqual([
      [1, "first"],
      [2, "hopeless"],
    ]);
  });

  test("is not written when its job's death is not, and the other way round", async () => {
    const message = await ledger.enqueue();
    const claimed = await ledger.claim(message);
    const broken = { ...claimed, job: { ...claimed.job, name: "far too long ".repeat(10) } };
    await expect(giveUp(worker(), broken, new Error("no"))).rejects.toThrow(/too long/);
    expect(await ledger.row(message)).toMatchObject({ state: "running" });
    expect(await ledger.letters(message)).toEqual([]);
  });

  test("for a message that is not ours keeps it byte for byte, once", async () => {
    const foreign = { queue: "media", sqsMessageId: "message-1", body: '{"ä": "\\u0000 \r\n"}' };
    await fileRawLetter(ledger.db, worker(), foreign, new Error("whose?"));
    await fileRawLetter(ledger.db, worker(), foreign, new Error("whose?"));
    const where = { sqsMessageId: "message-1" };
    const found = await ledger.db.tables.deadLetters.findAll({ where });
    expect(found.map((each) => each.get("rawMessage"))).toEqual([Buffer.from(foreign.body)]);
  });
});

describe("redriving", () => {
  test("begins the job's next generation, without attempts, and closes the letter", async () => {
    const { message, letter } = await dead();
    expect(await redrive(ledger, letter, { reason: "the cause is gone" })).toBe(true);
    expect(await ledger.row(message)).toMatchObject({
      state: "queued",
      generation: 1,
      attempts: 0,
      crashed: false,
      lastError: null,
      finishedAt: null,
      history: "[]",
    });
    expect(await ledger.letters(message)).toMatchObject([
      { state: "redriven", closedReason: "the cause is gone", closedAt: ledger.clock.at },
    ]);
  });

  test("takes the corrected payload along in the same transaction", async () => {
    const { message, letter } = await dead();
    const payload = '{"emailId":2}';
    const edit = { before: null, payload, name: "send-email" };
    expect(await editLetterPayload(ledger.db, letter.id, edit)).toBe(true);
    await redrive(ledger, letter, { reason: "wrong mail" });
    expect((await ledger.claim({ ...message, generation: 1 })).job.payload).toBe(payload);
    // What was in the letter stays as it was.
    expect(await ledger.letters(message)).toMatchObject([{ payload: '{"emailId":1}' }]);
  });

  test("is left to the relay when its process dies before it sends", async () => {
    const { message, letter } = await dead();
    const silent = { offer: () => {}, [Symbol.asyncDispose]: async () => {} };
    await redrive({ ...ledger, outbox: createOutbox(silent, ledger.clock) }, letter, {
      reason: "again",
    });
    await relayOnce(ledger);
    expect((await ledger.row(message)).dispatchedAt).not.toBeNull();
  });

  test("happens once, however many press the button", async () => {
    const { message, letter } = await dead();
    const pressed = Array.from({ length: 5 }, () => redrive(ledger, letter, { reason: "again" }));
    expect((await Promise.all(pressed)).filter(Boolean)).toHaveLength(1);
    expect(await ledger.row(message)).toMatchObject({ generation: 1 });
  });

  test("is refused for a letter that was dropped", async () => {
    const { message, letter } = await dead();
    const end = { state: "dropped" as const, reason: "spam", at: ledger.clock.at };
    await closeLetters(ledger.db, [letter.id], end);
    expect(await redrive(ledger, letter, { reason: "again" })).toBe(false);
    expect(await ledger.row(message)).toMatchObject({ state: "dead", generation: 0 });
  });

  test("leaves the letter open when the job is not the one that died", async () => {
    const { message, letter } = await dead();
    await ledger.db.tables.jobs.update({ generation: 4 }, { where: { id: message.id } });
    await expect(redrive(ledger, letter, { reason: "again" })).rejects.toThrow(/out of step/);
    expect(await ledger.letters(message)).toMatchObject([{ state: "open", closedAt: null }]);
  });

  test("of the next death is a letter of its own", async () => {
    const { message, letter } = await dead();
    await redrive(ledger, letter, { reason: "again" });
    const next = messageOf(await ledger.row(message));
    await giveUp(worker(), await ledger.claim(next), new Error("still hopeless"));
    expect(await ledger.letters(message)).toMatchObject([
      { generation: 0, state: "redriven" },
      { generation: 1, state: "open", errorMessage: "still hopeless" },
    ]);
  });
});

test("a message for a dead job means something only when it was sent after the death", async () => {
  const { message } = await dead();
  const at = ledger.clock.at.getTime();
  expect(await claim(worker(), message, new Date(at - 1))).toEqual({ kind: "over", why: "dead" });
  expect(await claim(worker(), message, new Date(at + 1))).toMatchObject({ kind: "dead" });
  expect(await ledger.row(message)).toMatchObject({ state: "dead", generation: 0 });
});
