import type { DatabaseConnection, EmailTemplate } from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { enqueue } from "./_jobs.ts";
import { openDatabase, rows } from "./_uploads.ts";

let env: TestEnv;
let db: DatabaseConnection;

beforeAll(async () => {
  env = await startTestEnv();
  db = openDatabase(env);
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});

const addressOf = (name: string) => `${name}@example.com`;
const mailsTo = (name: string) => env.inbox.list().filter(({ to }) => to.includes(addressOf(name)));

async function person(name: string): Promise<number> {
  await env.client().signUp(name);
  const sql = "SELECT id FROM users WHERE username = :name";
  const [user] = await rows(db, z.object({ id: z.number() }), sql, { name });
  return user?.id ?? 0;
}

const mailRow = z.object({
  id: z.number(),
  status: z.string(),
  error: z.string().nullable(),
  ses_message_id: z.string().nullable(),
});

async function mailOf(name: string, template: EmailTemplate) {
  const sql = "SELECT * FROM email_messages WHERE recipient = :recipient AND template = :template";
  const [mail] = await rows(db, mailRow, sql, { recipient: addressOf(name), template });
  if (!mail) throw new Error(`There is no ${template} for ${name}`);
  return mail;
}

const setStatus = (id: number, status: string) =>
  db.sequelize.query("UPDATE email_messages SET status = :status WHERE id = :id", {
    replacements: { id, status },
  });

/** A mail that nothing was done about yet; answers its id. */
async function write(
  userId: number,
  template: EmailTemplate,
  recipient: string,
  status = "waiting",
): Promise<number> {
  const sql = `INSERT INTO email_messages (event, recipient, user_id, template, status, created_at)
                VALUES (UUID(), :recipient, :userId, :template, :status, NOW(3))`;
  await db.sequelize.query(sql, { replacements: { recipient, userId, template, status } });
  const [mail] = await rows(
    db,
    z.object({ id: z.number() }),
    "SELECT MAX(id) AS id FROM email_messages",
  );
  return mail?.id ?? 0;
}

const send = (emailId: number, times = 1) =>
  enqueue(
    env,
    db,
    "send-email",
    Array.from({ length: times }, () => ({ emailId })),
  );

const jobsOf = (emailId: number) =>
  rows(
    db,
    z.object({ state: z.string(), attempts: z.number() }),
    `SELECT state, attempts FROM jobs WHERE name = 'send-email' AND payload = :payload ORDER BY id`,
    { payload: JSON.stringify({ emailId }) },
  );

test("a mail has HTML and text, its sender, and a link that works", async () => {
  await person("ida");
  const mail = await env.inbox.waitFor(addressOf("ida"), /^Confirm your e-mail address$/);
  expect(mail.from).toBe("Tendril <account@tendril.example>");
  expect(mail.to).toEqual([addressOf("ida")]);
  expect(mail.headers["auto-submitted"]).toBe("auto-generated");
  expect(mail.headers["content-type"]).toMatch(/^multipart\/alternative/);

  const link = /http:\/\/localhost:\d+\/verify-email\?token=[\w-]+/.exec(mail.text)?.[0] ?? "";
  expect(new URL(link).origin).toBe(env.url);
  expect(mail.html).toContain(link);
  const { pathname, search } = new URL(link);
  expect((await env.client().get(pathname + search)).status).toBeLessThan(400);

  await env.drain();
  const row = await mailOf("ida", "verify-email");
  expect(row).toMatchObject({ status: "sent", ses_message_id: expect.stringMatching(/./) });
  expect(mail.tags).toEqual({ mail: String(row.id), generation: "0" });
  expect((await jobsOf(row.id))[0]).toEqual({ state: "done", attempts: 1 });
});

test("what can be done without comes from another sender", async () => {
  const id = await person("welcomed");
  await send(await write(id, "welcome", addressOf("welcomed")));
  const mail = await env.inbox.waitFor(addressOf("welcomed"), /^Welcome to Tendril$/);
  expect(mail.from).toBe("Tendril <news@tendril.example>");
  expect(mail.text).toContain(`${env.url}/upload`);
});

test(
  "while SES is away a mail waits at no charge, and goes out once",
  { timeout: 60_000 },
  async () => {
    await env.drain();
    await env.stop("ses");
    await person("patient");
    await expect
      .poll(async () => (await mailOf("patient", "verify-email")).error, { timeout: 10_000 })
      .toContain("SES cannot be reached");
    const { id, status } = await mailOf("patient", "verify-email");
    expect(status).toBe("waiting");
    await expect.poll(() => jobsOf(id)).toEqual([{ state: "queued", attempts: 0 }]);
    await env.resume("ses");
    await env.inbox.waitFor(addressOf("patient"), /Confirm/, 30_000);
    await env.drain();
    expect(mailsTo("patient")).toHaveLength(1);
    expect((await mailOf("patient", "verify-email")).error).toBeNull();
  },
);

test("a mail that SES refuses is not tried again", async () => {
  const id = await person("mistyped");
  const mail = await write(id, "welcome", "no-domain");
  await send(mail);
  await env.drain();
  const sql = "SELECT * FROM email_messages WHERE id = :mail";
  expect(await rows(db, mailRow, sql, { mail })).toMatchObject([
    { status: "refused", error: expect.stringContaining("domain") },
  ]);
  expect(await jobsOf(mail)).toEqual([{ state: "done", attempts: 1 }]);
});

test.each(["sent", "refused", "unknown"])("a mail that is %s stays so", async (status) => {
  const id = await person(`over-${status}`);
  const mail = await write(id, "welcome", addressOf(`over-${status}`));
  await setStatus(mail, status);
  await send(mail, 2);
  await env.drain();
  expect(mailsTo(`over-${status}`)).toHaveLength(1);
  expect(await jobsOf(mail)).toMatchObject([{ state: "skipped" }, { state: "skipped" }]);
});

test("two attempts at the same time send a mail that is not essential once", async () => {
  const id = await person("overlap");
  const to = Array.from({ length: 8 }, (_, n) => addressOf(`overlap-${n}`));
  const mails: number[] = [];
  for (const recipient of to) mails.push(await write(id, "welcome", recipient));
  await Promise.all(mails.map((mail) => send(mail, 2)));
  await env.drain();
  const sent = env.inbox
    .list()
    .flatMap((mail) => mail.to.filter((address) => to.includes(address)));
  expect(sent.toSorted()).toEqual(to);
  const sql = "SELECT status FROM email_messages WHERE id IN (:mails)";
  const status = z.object({ status: z.string() });
  expect(new Set((await rows(db, status, sql, { mails })).map((row) => row.status))).toEqual(
    new Set(["sent"]),
  );
});

test("a second job for a mail sends no second mail", async () => {
  const id = await person("once");
  const mail = await write(id, "welcome", addressOf("once"));
  await send(mail);
  await env.drain();
  await send(mail);
  await env.drain();
  expect(mailsTo("once").filter(({ subject }) => /Welcome/.test(subject))).toHaveLength(1);
});

test("a mail to somebody who is gone meanwhile is not sent", async () => {
  const id = await person("gone");
  await env.drain();
  const mail = await write(id, "welcome", addressOf("gone"));
  await db.sequelize.query("UPDATE users SET deleted_at = NOW(3) WHERE id = :id", {
    replacements: { id },
  });
  await send(mail);
  await env.drain();
  expect(mailsTo("gone")).toHaveLength(1);
  expect(await jobsOf(mail)).toMatchObject([{ state: "skipped" }]);
});
