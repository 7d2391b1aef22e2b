import { findSuppression, suppress, type DatabaseConnection } from "@tendril/database";
import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { days, hours } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { addressOf, mailsTo } from "./_mails.ts";
import { openDatabase } from "./_notifications.ts";
import { signedUp } from "./_uploads.ts";

let env: TestEnv;
let db: DatabaseConnection;
let people = 0;

beforeAll(async () => {
  env = await startTestEnv();
  db = openDatabase(env);
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});

const page = "/settings/notifications";
const button = "Try this address again";
const tryAgain = (person: Client) => person.post(`${page}/try-again`);
const ago = (ms: number) => new Date(Date.now() - ms);

async function newcomer(): Promise<{ person: Client; address: string }> {
  const name = `troubled-${people++}`;
  return { person: await signedUp(env, name), address: addressOf(name) };
}

const troubled = (address: string, changes: object = {}) =>
  suppress(db, {
    address,
    reason: "bounce",
    permanent: true,
    since: ago(hours(1)),
    detail: "Permanent, General, smtp; 550 user unknown",
    ...changes,
  });

test("nothing is said to those whose mail arrives", async () => {
  const { person } = await newcomer();
  expect((await person.get(page)).text).not.toContain("came back");
});

test("a person sees that mail came back and has us try again, once a day", async () => {
  const { person, address } = await newcomer();
  await troubled(address);
  const { text } = await person.get(page);
  expect(text).toContain("came back");
  expect(text).toContain(button);
  // What mail servers say is for operators.
  expect(text).not.toContain("550");

  const answer = await tryAgain(person);
  expect(answer.status).toBe(303);
  expect(answer.headers.get("location")).toBe(page);
  const after = await person.get(page);
  expect(after.text).toContain("We write to your address again.");
  expect(after.text).not.toContain("came back");
  expect(await findSuppression(db, address)).toBeNull();
  // A second click on the same page.
  expect((await tryAgain(person)).status).toBe(303);

  await troubled(address, { since: new Date(Date.now() + 1_000) });
  const again = await person.get(page);
  expect(again.text).toContain("came back");
  expect(again.text).toContain("wait a day");
  expect(again.text).not.toContain(button);
  const refused = await tryAgain(person);
  expect(refused.status).toBe(409);
  expect(refused.text).toContain("Wait a day");
  expect(await findSuppression(db, address)).not.toBeNull();

  const sql = "UPDATE suppressions SET lifted_at = :at WHERE address = :address";
  await db.sequelize.query(sql, { replacements: { at: ago(days(1)), address } });
  expect((await person.get(page)).text).toContain(button);
  expect((await tryAgain(person)).status).toBe(303);
});

test("nobody is told that a link is on its way to an address to which nothing goes", async () => {
  const name = `troubled-${people++}`;
  const person = env.client();
  await person.signUp(name);
  await env.drain();
  await troubled(addressOf(name));
  const answer = await person.post("/verify-email/resend");
  expect([answer.status, answer.headers.get("location")]).toEqual([303, page]);
  const { text } = await person.get(page);
  expect(text).toContain("We sent nothing, because mail to your address came back.");
  expect(text).not.toContain("on its way");
  await env.drain();
  expect(mailsTo(env, name, /Confirm/)).toHaveLength(1);

  // Having it tried again is the way out.
  await tryAgain(person);
  const resend = (headers?: Record<string, string>) =>
    person.post("/verify-email/resend", {}, headers);
  expect((await resend()).headers.get("location")).toBe("/");
  const stood = { referer: `${env.url}/upload` };
  expect((await resend(stood)).headers.get("location")).toBe("/upload");
  expect((await person.get("/")).text).toContain("on its way");
});

test("a full mailbox is told apart from one that is not there", async () => {
  const { person, address } = await newcomer();
  await troubled(address, { permanent: false });
  const { text } = await person.get(page);
  expect(text).toContain("the mailbox is full");
  expect(text).toContain(button);
});

test("who reported us as spam is told so, and cannot undo it here", async () => {
  const { person, address } = await newcomer();
  await troubled(address, { reason: "complaint" });
  const { text } = await person.get(page);
  expect(text).toContain("reported as spam");
  expect(text).not.toContain(button);
  const refused = await tryAgain(person);
  expect(refused.status).toBe(409);
  expect(refused.text).toContain("reported as spam");
  expect(await findSuppression(db, address)).toMatchObject({ reason: "complaint" });
});

test("only the person may: a visitor is led to sign in, other sites are refused", async () => {
  const { address } = await newcomer();
  await troubled(address);
  expect((await env.client().post(`${page}/try-again`)).headers.get("location")).toContain(
    "/sign-in",
  );
  const { person: other } = await newcomer();
  expect((await tryAgain(other)).status).toBe(303);
  expect(await findSuppression(db, address)).not.toBeNull();
});
