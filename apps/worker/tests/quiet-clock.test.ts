import { readQuietClock } from "@tendril/database";
import { minutes } from "@tendril/runtime";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { createEventReader, type EventReader } from "../src/mail/events/reader.ts";
import { eventOf, openMailCrew, type MailCrew, type Person } from "./_mails.ts";

let crew: MailCrew;
let reader: EventReader;
let person: Person;
let id: number;

beforeAll(async () => {
  crew = await openMailCrew();
});
beforeEach(async () => {
  reader = createEventReader(crew.engine);
  person = await crew.person();
  id = await crew.write(person, "welcome", { status: "sending" });
});
afterAll(() => crew?.[Symbol.asyncDispose]());

const running = new AbortController();
const look = () => reader.look(running.signal, 0);
const about = () => ({ id, recipient: person.email });
const readAll = () => crew.readEvents();

describe("the quiet clock", () => {
  /** How far it went on meanwhile. */
  async function moved(work: () => Promise<unknown>): Promise<number> {
    const before = await readQuietClock(crew.db);
    await work();
    return (await readQuietClock(crew.db)) - before;
  }
  const lookLater = async (ms: number, with_ = reader) => {
    crew.later(ms);
    await with_.look(running.signal, 0);
  };

  test("runs while the queue is read and is empty", async () => {
    await look();
    expect(await moved(() => lookLater(20_000))).toBeGreaterThanOrEqual(20_000);
    expect(await moved(() => lookLater(20_000))).toBeLessThan(25_000);
  });

  test("stands while nobody reads", async () => {
    await look();
    crew.later(minutes(60));
    const other = createEventReader(crew.engine);
    expect(await moved(() => other.look(running.signal, 0))).toBeLessThan(5_000);
  });

  test("counts no jump of a clock, forwards or backwards, for more than one look", async () => {
    await look();
    expect(await moved(() => lookLater(minutes(600)))).toBeLessThanOrEqual(30_000);
    expect(await moved(() => lookLater(-minutes(600)))).toBe(0);
    expect(await moved(() => lookLater(10_000))).toBeGreaterThanOrEqual(10_000);
  });

  test("goes no faster with many workers", async () => {
    const readers = [reader, createEventReader(crew.engine), createEventReader(crew.engine)];
    for (const each of readers) await each.look(running.signal, 0);
    const gone = await moved(async () => {
      for (let n = 0; n < 5; n++) {
        crew.later(3_000);
        for (const each of readers) await each.look(running.signal, 0);
      }
    });
    expect(gone).toBeGreaterThanOrEqual(15_000);
    expect(gone).toBeLessThan(15_000 + 10_000);
  });

  test("stands while there is more to read than readers have come to", async () => {
    await look();
    for (let n = 0; n < 12; n++) await crew.tell(eventOf("Send", about()));
    // Sent two minutes ago by now: a backlog.
    expect(await moved(() => lookLater(minutes(2)))).toBe(0);
    expect(await moved(() => lookLater(minutes(2)))).toBe(0);
    await readAll();
  });

  test("runs on when all that comes is fresh: under load no queue is ever empty", async () => {
    const fresh = createEventReader({ ...crew.engine, clock: { now: () => new Date() } });
    await fresh.look(running.signal, 0);
    await crew.db.sequelize.query("UPDATE quiet_clock SET looked_at = UTC_TIMESTAMP(3)");
    await crew.tell(eventOf("Send", about()));
    const gone = await moved(() => fresh.look(running.signal, 0));
    expect(gone).toBeGreaterThan(0);
  });
});

test("a look waits for events as long as SQS lets it, which is longer than other calls may take", async () => {
  await readAll();
  const before = await readQuietClock(crew.db);
  await reader.look(running.signal, 6);
  await reader.look(running.signal, 0);
  expect(await readQuietClock(crew.db)).toBeGreaterThan(before);
}, 30_000);
