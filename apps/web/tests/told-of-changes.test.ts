import { DEMO_PASSWORD, startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { addressOf, mailsTo } from "./_mails.ts";
import { follow, page, proven, signsIn, tokenFor, unproven } from "./_new-address.ts";
import { linkIn, tokenOf, whoIs } from "./_people.ts";

let env: TestEnv;

beforeAll(async () => {
  env = await startTestEnv();
});
afterAll(() => env?.[Symbol.asyncDispose]());

describe("the mail to the address before", () => {
  async function taken() {
    const one = await proven(env);
    expect((await follow(env, await tokenFor(env, one.person, one.other))).status).toBe(200);
    const mail = await env.inbox.waitFor(addressOf(one.name), /address was changed/);
    return { ...one, link: linkIn(mail, "/reset-password") };
  }

  test("gives account and address back to their owner, and nobody else stays signed in", async () => {
    const { name, other, person, link } = await taken();
    const token = tokenOf(link);
    expect((await env.client().get(link)).text).toContain(`<strong>${addressOf(name)}</strong>`);
    const owner = env.client();
    const short = await owner.post("/reset-password", { token, password: "short" });
    expect([short.status, short.text]).toEqual([422, expect.stringContaining(addressOf(name))]);
    const password = "mine, all mine";
    expect((await owner.post("/reset-password", { token, password })).status).toBe(303);
    expect(await whoIs(person)).toBeNull();
    expect([
      await signsIn(env, addressOf(name), password),
      await signsIn(env, addressOf(other), password),
    ]).toEqual([true, false]);
    expect((await owner.post("/reset-password", { token, password })).status).toBe(422);
    await env.drain();
    expect(mailsTo(env, other, /was changed/)).toEqual([]);
  });

  test("outlives a password that was changed by whoever has the account", async () => {
    const { name, other, link } = await taken();
    await env.client().post("/forgot-password", { email: addressOf(other) });
    const mail = await env.inbox.waitFor(addressOf(other), /new password/);
    const token = tokenOf(linkIn(mail, "/reset-password"));
    await env.client().post("/reset-password", { token, password: "theirs for now" });
    expect(await signsIn(env, name, "theirs for now")).toBe(true);
    const password = "mine, all mine";
    await env.client().post("/reset-password", { token: tokenOf(link), password });
    expect(await signsIn(env, addressOf(name), password)).toBe(true);
  });

  test("leaves whoever had the account no way back", async () => {
    const { name, other, person, link } = await taken();
    expect((await follow(env, await tokenFor(env, person, `${other}-er`))).status).toBe(200);
    const mail = await env.inbox.waitFor(addressOf(other), /address was changed/);
    const theirs = tokenOf(linkIn(mail, "/reset-password"));
    const pending = await tokenFor(env, person, `${other}-est`);
    const take = (token: string, password: string) =>
      env.client().post("/reset-password", { token, password });
    expect((await take(tokenOf(link), "mine, all mine")).status).toBe(303);
    expect((await take(theirs, "theirs for now")).status).toBe(422);
    expect((await follow(env, pending)).status).toBe(422);
    expect(await signsIn(env, addressOf(name), "mine, all mine")).toBe(true);
  });

  test("gives the account back though the address has another one by now", async () => {
    const { name, other, link } = await taken();
    await env.client().post("/sign-up", {
      username: `${name}-again`,
      email: addressOf(name),
      password: DEMO_PASSWORD,
    });
    const password = "mine, all mine";
    const token = tokenOf(link);
    expect((await env.client().post("/reset-password", { token, password })).status).toBe(303);
    expect(await signsIn(env, addressOf(other), password)).toBe(true);
  });
});

describe("a new password", () => {
  const form = { current_password: DEMO_PASSWORD, new_password: "six brown tendrils" };

  test("is told to the address", async () => {
    const { name, person } = await proven(env);
    await person.post(`${page}/password`, form);
    const mail = await env.inbox.waitFor(addressOf(name), /password was changed/);
    expect(linkIn(mail, "/forgot-password")).toBe("/forgot-password");
    await env.drain();
    expect(mailsTo(env, name, /password was changed/)).toHaveLength(1);
  });

  test("is not told to one that may be a stranger's", async () => {
    const { name, person } = await unproven(env);
    await person.post(`${page}/password`, form);
    await env.drain();
    expect(mailsTo(env, name, /was changed/)).toEqual([]);
  });
});
