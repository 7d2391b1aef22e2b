import { DEMO_PASSWORD, startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { addressOf, mailsTo } from "./_mails.ts";
import { ask, page, proven, unproven } from "./_new-address.ts";
import { fieldError, fieldValue } from "./_people.ts";

let env: TestEnv;

beforeAll(async () => {
  env = await startTestEnv();
});
afterAll(() => env?.[Symbol.asyncDispose]());

describe("what is not right is refused, and nothing is mailed", () => {
  test.each([
    ["email_password", "not your current", { email_password: "not this one" }],
    ["email_password", "Write your current", { email_password: "" }],
    ["new_email", "does not look like", { new_email: "nowhere" }],
    ["new_email", "up to 254", { new_email: `${"x".repeat(250)}@example.com` }],
  ])("%s: %s", async (field, words, fields) => {
    const { other, person } = await proven(env);
    const form = { new_email: addressOf(other), email_password: DEMO_PASSWORD, ...fields };
    const refused = await person.post(`${page}/email`, form);
    expect([refused.status, fieldError(refused, field)]).toEqual([
      422,
      expect.stringContaining(words),
    ]);
    expect(fieldValue(refused, "new_email")).toBe(form.new_email);
    expect(refused.text).not.toContain(DEMO_PASSWORD);
    await env.drain();
    expect(mailsTo(env, other, /./)).toEqual([]);
  });

  test("the address that the account has", async () => {
    const { name, person } = await proven(env);
    const refused = await ask(person, name.toUpperCase());
    expect(fieldError(refused, "new_email")).toContain("your address already");
  });

  test("a form without anything, and one from nobody", async () => {
    const { person } = await unproven(env);
    expect((await person.post(`${page}/email`)).status).toBe(422);
    const json = { accept: "application/json" };
    expect((await env.client().post(`${page}/email`, {}, json)).status).toBe(401);
    expect((await env.client().post(`${page}/email/keep`, {}, json)).status).toBe(401);
  });
});

test("only wrong passwords count, and together with those for a new password", async () => {
  const { other, person } = await proven(env);
  for (let tries = 0; tries < 8; tries++) expect((await ask(person, other)).status).toBe(303);
  const wrong = { current_password: "guess", new_password: "six brown tendrils" };
  for (let tries = 0; tries < 5; tries++) {
    expect((await ask(person, other, "guess")).status).toBe(422);
    expect((await person.post(`${page}/password`, wrong)).status).toBe(422);
  }
  expect((await ask(person, other)).status).toBe(429);
});

test("addresses that nobody has proven are written to no more often than makes sense", async () => {
  const { other, person } = await unproven(env);
  for (let tries = 0; tries < 10; tries++)
    expect((await ask(person, `${other}-${tries}`)).status).toBe(303);
  expect((await ask(person, other)).status).toBe(429);
});
