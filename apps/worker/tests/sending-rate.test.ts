import { findNextPlace, holdSending, setMailRate, takePlace } from "@tendril/database";
import { minutes, seconds } from "@tendril/runtime";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";

import { readConfig } from "../src/config.ts";
import { awaitTurn, refreshSendRate } from "../src/mail/turn.ts";
import { findJobsOfMail } from "./_mail-jobs.ts";
import { openMailCrew, type MailCrew } from "./_mails.ts";
import { rows } from "./_uploads.ts";

let crew: MailCrew;

beforeAll(async () => {
  crew = await openMailCrew();
});
beforeEach(() => crew.db.sequelize.query("UPDATE mail_lanes SET next_at = UTC_TIMESTAMP(6)"));
afterAll(() => crew?.[Symbol.asyncDispose]());

const unsent = async (ids: readonly number[]) => {
  const all = await Promise.all(ids.map((id) => crew.mail(id)));
  return all.filter(({ status }) => status !== "sent").length;
};
const many = <T>(count: number, make: () => Promise<T>) =>
  Promise.all(Array.from({ length: count }, make));
const startsIn = async (id: number) => {
  const [job] = await findJobsOfMail(crew.db, id);
  return (job?.run_at.getTime() ?? 0) - crew.clock.now().getTime();
};

test("two workers in a burst of mails never hear from SES that it is too much", async () => {
  await using _one = await crew.worker({}, "worker-1");
  await using _other = await crew.worker({}, "worker-2");
  const person = await crew.person();
  const before = crew.ses.throttled;
  const began = performance.now();
  const ids = await many(60, () => crew.post(person, "verify-email"));
  await expect.poll(() => unsent(ids), { timeout: 25_000 }).toBe(0);
  expect(crew.ses.throttled - before).toBe(0);
  expect(performance.now() - began).toBeGreaterThan(seconds(60 / 14) - 500);
  // None was charged or went round in circles on the way.
  for (const id of ids) expect(await findJobsOfMail(crew.db, id)).toMatchObject([{ attempts: 1 }]);
});

test("ordinary mail waits for its place in the outbox, mail that people wait for does not", async () => {
  const person = await crew.person();
  const full =
    "UPDATE mail_lanes SET next_at = next_at + INTERVAL 60 SECOND WHERE name = 'ordinary'";
  await crew.db.sequelize.query(full);
  const ordinary: number[] = [];
  for (let n = 0; n < 30; n++) ordinary.push(await crew.post(person, "welcome"));
  const essential = await crew.post(person, "verify-email");
  const waits = await Promise.all(ordinary.map(startsIn));
  expect(Math.min(...waits)).toBeGreaterThan(seconds(20));
  // One every 89 ms: 80 % of 14 a second.
  const spreadMs = Math.max(...waits) - Math.min(...waits);
  expect(spreadMs).toBeGreaterThan(2_000);
  expect(spreadMs).toBeLessThan(3_500);
  expect(await startsIn(essential)).toBeLessThanOrEqual(0);

  await using _worker = await crew.worker();
  await expect.poll(() => unsent([essential]), { timeout: 20_000 }).toBe(0);
  expect(await unsent(ordinary)).toBe(30);
  crew.later(seconds(65));
  await expect.poll(() => unsent(ordinary), { timeout: 25_000 }).toBe(0);
});

test("a few ordinary mails go at once", async () => {
  const person = await crew.person();
  const ids = [await crew.post(person, "welcome"), await crew.post(person, "welcome")];
  for (const id of ids) expect(await startsIn(id)).toBeLessThanOrEqual(0);
});

test("in a backlog ordinary mail makes way: it takes a new place behind, uncharged", async () => {
  const person = await crew.person();
  const ordinary = await crew.post(person, "welcome");
  const essential = await crew.post(person, "verify-email");
  crew.later(minutes(6));
  const hour = "UPDATE mail_lanes SET next_at = next_at + INTERVAL 1 HOUR WHERE name = 'ordinary'";
  await crew.db.sequelize.query(hour);
  await using _worker = await crew.worker();
  await expect.poll(() => startsIn(ordinary), { timeout: 20_000 }).toBeGreaterThan(minutes(55));
  expect(await findJobsOfMail(crew.db, ordinary)).toMatchObject([{ state: "queued", attempts: 0 }]);
  await expect.poll(() => unsent([essential]), { timeout: 20_000 }).toBe(0);
});

test("what is far from its turn goes back uncharged, with the time at which it may come again", async () => {
  await using _worker = await crew.worker();
  await holdSending(crew.db, minutes(1));
  const person = await crew.person();
  const id = await crew.post(person, "verify-email");
  await expect.poll(() => startsIn(id), { timeout: 20_000 }).toBeGreaterThan(seconds(50));
  expect(await findJobsOfMail(crew.db, id)).toMatchObject([{ state: "queued", attempts: 0 }]);
  expect((await crew.mail(id)).status).toBe("waiting");
  expect(crew.sentTo(person.email)).toEqual([]);
});

test("places that workers take at the same time are apart by what the rate says", async () => {
  const waits = await many(20, () => takePlace(crew.db, "sending"));
  const sorted = waits.map(Number).toSorted((a, b) => a - b);
  // The first are due at once; from then on one every 71 ms, less what passed while they were taken.
  expect(sorted.at(-1)).toBeGreaterThan(18 * 71 - 800);
  expect(new Set(sorted.slice(-10)).size).toBe(10);
  expect(await takePlace(crew.db, "sending", 0)).toBeNull();
});

test("who oversleeps has lost the place and takes another one", async () => {
  await setMailRate(crew.db, 1);
  await takePlace(crew.db, "sending");
  const { signal } = new AbortController();
  const began = performance.now();
  const turn = awaitTurn(crew.engine, { essential: true, lateMs: 0, signal });
  // The whole process stands still, as on a machine without a free core.
  setTimeout(() => {
    while (performance.now() < began + 2_500);
  }, 500);
  await turn;
  // Its own place was a second after the start, the next one would have been free after two.
  expect(await findNextPlace(crew.db, "sending")).toBeGreaterThan(0);
  await setMailRate(crew.db, 14);
});

test("the rate is the operator's word, else what SES says", async () => {
  const perSecond = async () => {
    const lane = z.object({ name: z.string(), per_second: z.number() });
    const all = await rows(crew.db, lane, "SELECT name, per_second FROM mail_lanes");
    return Object.fromEntries(all.map(({ name, per_second }) => [name, per_second]));
  };
  const { environment } = crew.env;
  const { SES_MAX_SEND_RATE: _, ...silent } = environment;
  crew.ses.behaviour.maxSendRate = 50;
  await refreshSendRate({ ...crew.engine, config: readConfig(silent) });
  expect(await perSecond()).toEqual({ sending: 50, ordinary: 40 });
  crew.ses.behaviour.maxSendRate = 14;
  const own = readConfig({ ...environment, SES_MAX_SEND_RATE: "5" });
  await refreshSendRate({ ...crew.engine, config: own });
  expect(await perSecond()).toEqual({ sending: 5, ordinary: 4 });
});
