import { transaction } from "@tendril/database";
import { until } from "@tendril/dev-env";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { sendEmail } from "../src/handlers/send-email.ts";
import { openMailCrew, type MailCrew } from "./_mails.ts";

let crew: MailCrew;
beforeAll(async () => {
  crew = await openMailCrew();
});
afterAll(() => crew?.[Symbol.asyncDispose]());
beforeEach(() => Object.assign(crew.ses.behaviour, { maxSendRate: 100, answerAfterMs: 0 }));

const attempt = (emailId: number) =>
  sendEmail.run(
    crew.engine,
    { emailId },
    {
      attempts: 1,
      trace: "test",
      requestedBy: null,
      dueAt: crew.clock.now(),
      signal: new AbortController().signal,
    },
  );

const jobsOf = async (emailId: number) =>
  (await crew.db.tables.jobs.findAll({ where: { name: "send-email" } }))
    .map((row) => row.get())
    .filter(({ payload }) => JSON.parse(payload).emailId === emailId);

/** An attempt that stands in the call to SES, which will say: not now. */
async function standingInTheCall(emailId: number) {
  Object.assign(crew.ses.behaviour, { maxSendRate: 0, answerAfterMs: 2_000 });
  const standing = attempt(emailId).then(
    () => undefined,
    (error: unknown) => error,
  );
  await until(async () => ((await crew.mail(emailId)).status === "sending" ? true : undefined), {
    timeout: 10_000,
    failure: () => "The attempt did not begin",
  });
  return { end: () => standing };
}

test.each(["welcome", "verify-email"] as const)(
  "a %s that another attempt left open goes again when the first learns that it was not sent",
  async (template) => {
    const person = await crew.person();
    const id = await crew.write(person, template);
    // Confirmed, or it would be told nothing but essential things.
    await crew.db.tables.users.update(
      { emailVerifiedAt: new Date() },
      { where: { id: person.id } },
    );
    const standing = await standingInTheCall(id);

    const { effects } = await attempt(id);
    await transaction(crew.db, async (tx) => effects?.(tx));
    expect(await crew.mail(id)).toMatchObject({ status: "unknown", generation: 0 });

    expect(await standing.end()).toBeInstanceOf(Error);
    expect(await crew.mail(id)).toMatchObject({ status: "waiting", generation: 1 });
    expect(await jobsOf(id)).toHaveLength(1);

    Object.assign(crew.ses.behaviour, { maxSendRate: 100, answerAfterMs: 0 });
    const { effects: sent } = await attempt(id);
    await transaction(crew.db, async (tx) => sent?.(tx));
    expect((await crew.mail(id)).status).toBe("sent");
    expect(crew.sentTo(person.email)).toHaveLength(1);
  },
);

test("whoever finds a mail being sent comes back when the first learns in that moment that it was not", async () => {
  const person = await crew.person();
  const id = await crew.write(person, "verify-email");
  const standing = await standingInTheCall(id);
  const { effects } = await attempt(id);
  expect(await standing.end()).toBeInstanceOf(Error);
  expect((await crew.mail(id)).status).toBe("waiting");

  await expect(transaction(crew.db, async (tx) => effects?.(tx))).rejects.toThrow(/was not sent/);
  expect(await crew.mail(id)).toMatchObject({ status: "waiting", generation: 0 });
});
