import { mailEvents } from "@tendril/jobs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { createEventReader, type EventReader } from "../src/mail/events/reader.ts";
import { watchSqs } from "./_crew.ts";
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
const wrapped = (event: object) => ({
  Type: "Notification",
  MessageId: crypto.randomUUID(),
  TopicArn: "arn:aws:sns:eu-central-1:000000000000:mail-events",
  Message: `${JSON.stringify(event)}\n`,
});
const readAll = () => crew.readEvents();
const letters = async () =>
  (await crew.db.tables.deadLetters.findAll({ where: { queue: "mail-events" } })).map((row) =>
    row.get(),
  );
const clearLetters = () => crew.db.tables.deadLetters.destroy({ where: {} });
const mailState = async () => {
  const { status, delivery } = await crew.mail(id);
  return { status, delivery };
};

describe("an event of SES", () => {
  test.each([
    ["Send", "sent", null],
    ["DeliveryDelay", "sent", "delayed"],
    ["Delivery", "sent", "delivered"],
    ["Soft bounce", "sent", "soft-bounced"],
    ["Bounce", "sent", "bounced"],
    ["Complaint", "sent", "complained"],
    ["Reject", "refused", "rejected"],
    ["Open", "sent", null],
  ])("%s makes the mail %s, delivery %s; wrapped by SNS or raw", async (type, status, delivery) => {
    await crew.tell(wrapped(eventOf(type, about())));
    await readAll();
    expect(await mailState()).toEqual({ status, delivery });
    await crew.db.tables.emailMessages.update(
      { status: "unknown", delivery: null },
      { where: { id } },
    );
    await crew.tell(eventOf(type, about()));
    await readAll();
    expect(await mailState()).toEqual({ status, delivery });
    expect(await crew.untold()).toBe(0);
  });

  const orders = [
    ["Send", "DeliveryDelay", "Delivery", "Complaint"],
    ["Complaint", "Delivery", "DeliveryDelay", "Send"],
    ["Delivery", "Delivery", "Complaint", "Send", "Complaint", "Send", "DeliveryDelay"],
  ];
  test.each(orders)(
    "has one effect in whatever order and however often: %s, %s …",
    async (...types) => {
      for (const type of types) {
        await crew.tell(wrapped(eventOf(type, about())));
        await readAll();
      }
      expect(await mailState()).toEqual({ status: "sent", delivery: "complained" });
    },
  );

  test("of a rejected mail stays a rejection, though SES said before or after that it has it", async () => {
    for (const type of ["Send", "Reject", "Send"]) {
      await crew.tell(eventOf(type, about()));
      await readAll();
    }
    expect(await mailState()).toEqual({ status: "refused", delivery: "rejected" });
  });

  test("many at once are all noted, and deleted", async () => {
    const mails = await Promise.all(
      Array.from({ length: 35 }, async () => {
        const one = await crew.person();
        return {
          recipient: one.email,
          id: await crew.write(one, "welcome", { status: "sending" }),
        };
      }),
    );
    await Promise.all(mails.map((mail) => crew.tell(wrapped(eventOf("Delivery", mail)))));
    await readAll();
    for (const mail of mails) expect((await crew.mail(mail.id)).delivery).toBe("delivered");
    expect(await crew.untold()).toBe(0);
  });
});

describe("what is not ours is put on record", () => {
  const foreign: [string, () => unknown][] = [
    ["no JSON", () => "{ not: 'JSON' ä \n"],
    ["empty JSON", () => "{}"],
    ["null", () => "null"],
    ["a job", () => ({ id: crypto.randomUUID(), generation: 0, name: "send-email", version: 1 })],
    ["an envelope with other words", () => ({ Type: "Notification", Message: "hello" })],
    [
      "a subscription",
      () => ({ Type: "SubscriptionConfirmation", Message: "confirm", Token: "x" }),
    ],
    ["an event without its part", () => ({ ...eventOf("Bounce", about()), bounce: undefined })],
    [
      "a time that is none",
      () => ({
        ...eventOf("Delivery", about()),
        delivery: { timestamp: "yesterday" },
      }),
    ],
    [
      "an event without tags",
      () => {
        const event = eventOf("Bounce", about());
        return { ...event, mail: { ...event.mail, tags: {} } };
      },
    ],
    [
      "a mail that is no number",
      () => {
        const event = eventOf("Bounce", about());
        return {
          ...event,
          mail: { ...event.mail, tags: { mail: ["1 OR 1=1"], generation: ["0"] } },
        };
      },
    ],
    ["a generation that was never sent", () => eventOf("Bounce", { ...about(), generation: 7 })],
    ["another recipient", () => eventOf("Bounce", { id, recipient: "victim@example.com" })],
    [
      "another one who bounced",
      () => ({
        ...eventOf("Bounce", about()),
        bounce: {
          timestamp: new Date().toISOString(),
          bounceType: "Permanent",
          bouncedRecipients: [{ emailAddress: "victim@example.com" }],
        },
      }),
    ],
  ];
  test.each(foreign)("%s", async (_, make) => {
    await clearLetters();
    const before = await crew.mail(id);
    const made = make();
    const body = typeof made === "string" ? made : JSON.stringify(made);
    await crew.tell(body);
    await readAll();
    const [letter, ...more] = await letters();
    expect(letter).toMatchObject({ state: "open", queue: "mail-events", jobId: null });
    expect(letter?.rawMessage?.toString()).toBe(body);
    expect(letter?.errorMessage).toMatch(/\w/);
    expect(more).toEqual([]);
    expect(await crew.mail(id)).toEqual(before);
    expect(await crew.untold()).toBe(0);
  });

  test("but an event of a mail that is gone is only logged, and SES's greeting too", async () => {
    await clearLetters();
    await crew.tell(wrapped(eventOf("Bounce", { ...about(), id: 999_999 })));
    const Message = "Successfully validated SNS topic for Amazon SES event publishing.";
    await crew.tell({ Type: "Notification", Message });
    await readAll();
    expect(await letters()).toEqual([]);
    expect(await crew.untold()).toBe(0);
  });

  test("and words of any length and kind about a bounce do no harm", async () => {
    const event = eventOf("Bounce", about());
    const diagnosticCode = "smtp; 550 ♥ ü '\"; DROP TABLE users; --".repeat(500);
    const bouncedRecipients = [{ emailAddress: person.email.toUpperCase(), diagnosticCode }];
    await crew.tell({
      ...event,
      bounce: {
        ...event,
        bounceType: "Permanent",
        timestamp: event.mail.timestamp,
        bouncedRecipients,
      },
    });
    await readAll();
    expect(await mailState()).toEqual({ status: "sent", delivery: "bounced" });
  });
});

describe("while the database is away", () => {
  test("an event stays in the queue and is not put on record", async () => {
    await clearLetters();
    await crew.tell(eventOf("Delivery", about()));
    await crew.env.stop("database");
    await expect(look()).rejects.toThrow();
    await crew.env.resume("database");
    expect(await crew.untold()).toBe(1);
    expect(await letters()).toEqual([]);
  });

  test("a worker reads none, and goes on when it is back", async () => {
    await using _worker = await crew.worker();
    await crew.tell(eventOf("Send", about()));
    await expect.poll(mailState).toMatchObject({ status: "sent" });
    const next = await crew.person();
    const mail = await crew.write(next, "welcome", { status: "sending" });
    await crew.env.stop("database");
    await crew.env.resume("database");
    await crew.tell(eventOf("Delivery", { id: mail, recipient: next.email }));
    await expect
      .poll(() => crew.mail(mail).catch(() => null), { timeout: 45_000 })
      .toMatchObject({ delivery: "delivered" });
  }, 60_000);
});

test("a worker that stops does not wait for its look into an empty queue to end", async () => {
  using sqs = watchSqs();
  const worker = await crew.worker();
  await expect.poll(() => sqs.receives(mailEvents).length).toBeGreaterThan(0);
  const began = performance.now();
  await worker[Symbol.asyncDispose]();
  expect(performance.now() - began).toBeLessThan(10_000);
});
