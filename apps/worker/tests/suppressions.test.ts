import { findSuppression, liftSuppression } from "@tendril/database";
import { days, hours } from "@tendril/runtime";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { findJobsOfMail } from "./_mail-jobs.ts";
import { eventOf, openMailCrew, type MailCrew, type Person } from "./_mails.ts";

let crew: MailCrew;
let person: Person;

beforeAll(async () => {
  crew = await openMailCrew();
});
beforeEach(async () => {
  person = await crew.person();
});
afterAll(() => crew?.[Symbol.asyncDispose]());

const suppression = () => findSuppression(crew.db, person.email);
const ago = (ms: number) => new Date(Date.now() - ms);

/** Something that SES tells of a new mail to this person. */
async function told(type: string, at = new Date(), mail?: number): Promise<number> {
  const id = mail ?? (await crew.write(person, "welcome", { status: "sent" }));
  await crew.tell(eventOf(type, { id, recipient: person.email }, { at }));
  await crew.readEvents();
  return id;
}

async function becomes(template: "verify-email" | "welcome", status: string) {
  await using _worker = await crew.worker();
  const id = await crew.post(person, template);
  await expect.poll(() => crew.mail(id), { timeout: 20_000 }).toMatchObject({ status });
  await expect
    .poll(() => findJobsOfMail(crew.db, id))
    .toMatchObject([{ state: "done", attempts: 1 }]);
  // What a worker has in hand when it stops comes again only after a while.
  await expect.poll(() => crew.untold(), { timeout: 20_000 }).toBe(0);
  return crew.mail(id);
}

describe("a bounce for good", () => {
  test("stops every mail to the address, essential ones as well", async () => {
    await told("Bounce");
    expect(await suppression()).toMatchObject({ reason: "bounce", permanent: true });
    const mail = await becomes("verify-email", "suppressed");
    expect(mail.error).toMatch(/bounce/);
    await becomes("welcome", "suppressed");
    expect(crew.sentTo(person.email)).toEqual([]);
  });

  test("is told by SES itself, of the simulator's address", async () => {
    person = await crew.person("bounce+ida@simulator.amazonses.com");
    await using _worker = await crew.worker();
    const id = await crew.post(person, "welcome");
    await expect.poll(suppression, { timeout: 20_000 }).toMatchObject({ permanent: true });
    expect(await crew.mail(id)).toMatchObject({ status: "sent", delivery: "bounced" });
  });

  test("stops no other address", async () => {
    await told("Bounce");
    person = await crew.person();
    await becomes("welcome", "sent");
  });
});

describe("a complaint", () => {
  test("stops all but essential mail", async () => {
    await told("Complaint");
    expect(await suppression()).toMatchObject({ reason: "complaint" });
    await becomes("welcome", "suppressed");
    await becomes("verify-email", "sent");
  });

  test("is told by SES itself, of the simulator's address", async () => {
    person = await crew.person("complaint@simulator.amazonses.com");
    await using _worker = await crew.worker();
    await crew.post(person, "welcome");
    await expect.poll(suppression, { timeout: 20_000 }).toMatchObject({ reason: "complaint" });
  });

  test("is not what a mail program tells of mail that was no spam", async () => {
    const id = await crew.write(person, "welcome", { status: "sent" });
    const event = eventOf("Complaint", { id, recipient: person.email });
    const complaint = {
      timestamp: event.mail.timestamp,
      complainedRecipients: [{ emailAddress: person.email }],
      complaintFeedbackType: "not-spam",
    };
    await crew.tell({ ...event, complaint });
    await crew.readEvents();
    expect(await suppression()).toBeNull();
  });

  test("cannot be lifted by the person, and lifting a bounce leaves it", async () => {
    await told("Complaint");
    expect(await liftSuppression(crew.db, person.email, new Date())).toBe(false);
    await told("Bounce", ago(1_000));
    expect(await suppression()).toMatchObject({ reason: "bounce" });
    expect(await liftSuppression(crew.db, person.email, new Date())).toBe(true);
    expect(await suppression()).toMatchObject({ reason: "complaint" });
  });
});

describe("bounces that may pass", () => {
  const softly = async (atDays: readonly number[]) => {
    for (const day of atDays) await told("Soft bounce", ago(days(30 - day)));
  };

  test("five in a row over three days stop mail that is not essential", async () => {
    await softly([0, 1, 2, 2.9]);
    expect(await suppression()).toBeNull();
    await softly([3.1]);
    expect(await suppression()).toMatchObject({ reason: "bounce", permanent: false });
    await becomes("welcome", "suppressed");
    await becomes("verify-email", "sent");
  });

  test("many on one day do not", async () => {
    await softly([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
    expect(await suppression()).toBeNull();
  });

  test("a delivery between them begins the count anew", async () => {
    await softly([0, 1, 2, 3]);
    await told("Delivery", ago(days(30 - 3.5)));
    await softly([4, 5, 6, 7]);
    expect(await suppression()).toBeNull();
    await softly([8]);
    expect(await suppression()).toMatchObject({ permanent: false });
  });

  test("one event that comes five times is one", async () => {
    const id = await told("Soft bounce", ago(days(10)));
    for (let day = 9; day > 0; day--) await told("Soft bounce", ago(days(day)), id);
    expect(await suppression()).toBeNull();
  });

  test("are forgotten when something arrives", async () => {
    await softly([0, 1, 2, 3, 4]);
    expect(await suppression()).not.toBeNull();
    await told("Delivery", ago(days(20)));
    expect(await suppression()).toBeNull();
  });
});

describe("lifting a bounce", () => {
  test("lets mail go out again, once a day", async () => {
    await told("Bounce", ago(days(3)));
    const now = Date.now();
    expect(await liftSuppression(crew.db, person.email, new Date(now))).toBe(true);
    await becomes("welcome", "sent");

    await told("Bounce", new Date(now + hours(1)));
    const again = await suppression();
    expect(again).toMatchObject({ reason: "bounce", liftedAt: expect.any(Date) });
    expect(await liftSuppression(crew.db, person.email, new Date(now + hours(23)))).toBe(false);
    expect(await suppression()).toEqual(again);
    expect(await liftSuppression(crew.db, person.email, new Date(now + hours(24)))).toBe(true);
    expect(await suppression()).toBeNull();
  });

  test("does not come undone by events of before, however late they come", async () => {
    const id = await told("Bounce", ago(hours(2)));
    await liftSuppression(crew.db, person.email, new Date());
    await told("Bounce", ago(hours(2)), id);
    await told("Bounce", ago(hours(1)));
    expect(await suppression()).toBeNull();
  });

  test("of an address that nothing is known about does nothing", async () => {
    expect(await liftSuppression(crew.db, "nobody@example.com", new Date())).toBe(false);
  });
});
