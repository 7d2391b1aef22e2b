import { findJobsOfMail } from "./_mail-jobs.ts";
import { minutes } from "@tendril/runtime";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { settleUnknown } from "../src/mail/settle.ts";
import { eventOf, openMailCrew, type MailCrew } from "./_mails.ts";

let crew: MailCrew;
let worker: AsyncDisposable;

beforeAll(async () => {
  crew = await openMailCrew();
  worker = await crew.worker();
});
afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await crew?.[Symbol.asyncDispose]();
});
afterEach(() => {
  Object.assign(crew.ses.behaviour, { breaks: "never", maxSendRate: 14, answerAfterMs: 0 });
  Object.assign(crew.ses.behaviour.events, { lost: false, delayMs: 0, copies: 1 });
});

const quarter = minutes(15);
const statusOf = async (id: number) => (await crew.mail(id)).status;
const becomes = (id: number, status: string) =>
  expect.poll(() => statusOf(id), { timeout: 20_000 }).toBe(status);

test("SES is told mail, generation and configuration set, and tells of sending and delivery", async () => {
  const person = await crew.person();
  const id = await crew.post(person, "welcome");
  await expect
    .poll(() => crew.mail(id), { timeout: 20_000 })
    .toMatchObject({ delivery: "delivered" });
  const [message] = crew.sentTo(person.email);
  expect(message).toMatchObject({
    tags: { mail: String(id), generation: "0" },
    configurationSet: "tendril",
  });
  expect(await crew.mail(id)).toMatchObject({
    status: "sent",
    sesMessageId: message?.id,
    deliveryAt: expect.any(Date),
  });
  await expect.poll(() => crew.untold()).toBe(0);
});

test("a mail that SES took in without answering is settled by its events, and not sent again", async () => {
  crew.ses.behaviour.breaks = "after accepting";
  crew.ses.behaviour.events.delayMs = 1_500;
  const person = await crew.person();
  const id = await crew.post(person, "verify-email");
  await becomes(id, "unknown");
  await becomes(id, "sent");
  await crew.quiet(quarter);
  await settleUnknown(crew.engine);
  expect(await crew.mail(id)).toMatchObject({ status: "sent", generation: 0 });
  expect(crew.sentTo(person.email)).toHaveLength(1);
});

test("an essential mail without a trace goes again after fifteen quiet minutes, not before", async () => {
  crew.ses.behaviour.breaks = "before accepting";
  const person = await crew.person();
  const id = await crew.post(person, "verify-email");
  await becomes(id, "unknown");
  expect(await findJobsOfMail(crew.db, id)).toMatchObject([{ state: "done", attempts: 1 }]);
  crew.ses.behaviour.breaks = "never";

  crew.later(quarter);
  await crew.quiet(quarter - 30_000);
  await settleUnknown(crew.engine);
  expect(await statusOf(id)).toBe("unknown");
  await crew.quiet(30_000);
  await settleUnknown(crew.engine);
  await becomes(id, "sent");
  expect((await crew.mail(id)).generation).toBe(1);
  expect(crew.sentTo(person.email).map(({ tags }) => tags)).toEqual([
    { mail: String(id), generation: "1" },
  ]);
});

test("two workers that settle at once send it again once, and the running one does it by itself", async () => {
  const person = await crew.person();
  const id = await crew.write(person, "reset-password", {
    status: "unknown",
    unknownAtQuietMs: 0,
  });
  await crew.quiet(quarter);
  await Promise.all([settleUnknown(crew.engine), settleUnknown(crew.engine)]);
  await becomes(id, "sent");
  expect(await findJobsOfMail(crew.db, id)).toHaveLength(1);
  expect(crew.sentTo(person.email)).toHaveLength(1);

  const next = await crew.write(person, "reset-password", {
    status: "unknown",
    unknownAtQuietMs: 0,
  });
  await becomes(next, "sent");
});

test("another mail without a trace stays unknown and is never repeated", async () => {
  crew.ses.behaviour.breaks = "before accepting";
  const person = await crew.person();
  const id = await crew.post(person, "welcome");
  await becomes(id, "unknown");
  crew.ses.behaviour.breaks = "never";
  await crew.quiet(quarter);
  await settleUnknown(crew.engine);
  expect(await crew.mail(id)).toMatchObject({
    status: "unknown",
    generation: 0,
    unknownAtQuietMs: null,
    error: expect.stringMatching(/no trace/),
  });
  expect(await findJobsOfMail(crew.db, id)).toHaveLength(1);
  expect(crew.sentTo(person.email)).toEqual([]);

  await crew.tell(eventOf("Delivery", { id, recipient: person.email }));
  await becomes(id, "sent");
});

test("an essential mail that always ends without a trace is left to people in the end", async () => {
  const person = await crew.person();
  const changes = { status: "unknown", unknownAtQuietMs: 0, generation: 4 } as const;
  const id = await crew.write(person, "verify-email", changes);
  await crew.quiet(quarter);
  await settleUnknown(crew.engine);
  expect(await crew.mail(id)).toMatchObject({ status: "unknown", unknownAtQuietMs: null });
  expect(await findJobsOfMail(crew.db, id)).toEqual([]);
});

test.each(["verify-email", "welcome"] as const)(
  "a %s whose worker died while it called SES is not repeated blindly",
  async (template) => {
    const person = await crew.person();
    const id = await crew.write(person, template, { status: "sending" });
    await crew.send("send-email", [{ emailId: id }]);
    await becomes(id, "unknown");
    expect((await crew.mail(id)).unknownAtQuietMs).not.toBeNull();
    expect(crew.sentTo(person.email)).toEqual([]);
  },
);

test("late evidence of an older generation spares the newer one its sending", async () => {
  const person = await crew.person();
  const id = await crew.write(person, "verify-email", { generation: 1 });
  await crew.tell(eventOf("Send", { id, recipient: person.email, generation: 0 }));
  await becomes(id, "sent");
  await crew.send("send-email", [{ emailId: id }]);
  await expect
    .poll(() => findJobsOfMail(crew.db, id), { timeout: 20_000 })
    .toMatchObject([{ state: "skipped" }]);
  expect(crew.sentTo(person.email)).toEqual([]);
});

test("a Delivery that comes before the worker's own note is not overwritten by it", async () => {
  crew.ses.behaviour.answerAfterMs = 2_000;
  const person = await crew.person();
  const id = await crew.post(person, "welcome");
  await expect
    .poll(() => crew.mail(id), { timeout: 20_000 })
    .toMatchObject({ delivery: "delivered" });
  const before = await crew.mail(id);
  expect(await findJobsOfMail(crew.db, id)).toMatchObject([{ state: "running" }]);
  await expect
    .poll(() => findJobsOfMail(crew.db, id), { timeout: 20_000 })
    .toMatchObject([{ state: "done" }]);
  expect(await crew.mail(id)).toEqual(before);
  expect(before.status).toBe("sent");
});

test("a refusal of this mail is its end", async () => {
  const person = await crew.person("no-domain");
  const id = await crew.write(person, "verify-email");
  await crew.send("send-email", [{ emailId: id }]);
  await becomes(id, "refused");
  expect((await crew.mail(id)).error).toMatch(/domain/);
});

test("what SES throttles waits uncharged and goes out later", async () => {
  crew.ses.behaviour.maxSendRate = 0;
  const before = crew.ses.throttled;
  const person = await crew.person();
  const id = await crew.post(person, "verify-email");
  await expect.poll(() => crew.ses.throttled, { timeout: 20_000 }).toBeGreaterThan(before);
  await expect
    .poll(() => findJobsOfMail(crew.db, id))
    .toMatchObject([{ state: "queued", attempts: 0 }]);
  expect(await crew.mail(id)).toMatchObject({
    status: "waiting",
    error: expect.stringContaining("Maximum sending rate exceeded"),
  });
  crew.ses.behaviour.maxSendRate = 14;
  await becomes(id, "sent");
  expect(crew.sentTo(person.email)).toHaveLength(1);
});

test("a configuration that SES does not know costs no mail: it waits until somebody puts it right", async () => {
  await worker[Symbol.asyncDispose]();
  const person = await crew.person();
  const { environment } = crew.env;
  environment["SES_CONFIGURATION_SET"] = "misspelt";
  worker = await crew.worker();
  const id = await crew.post(person, "welcome");
  await expect
    .poll(() => crew.mail(id), { timeout: 20_000 })
    .toMatchObject({ status: "waiting", error: expect.stringContaining("does not exist") });
  await expect
    .poll(() => findJobsOfMail(crew.db, id))
    .toMatchObject([{ state: "queued", attempts: 0 }]);
  await worker[Symbol.asyncDispose]();
  environment["SES_CONFIGURATION_SET"] = "tendril";
  worker = await crew.worker();
  crew.later(minutes(1));
  await crew.db.sequelize.query("UPDATE mail_lanes SET next_at = UTC_TIMESTAMP(6)");
  await becomes(id, "sent");
});
