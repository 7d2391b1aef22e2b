import {
  connectDatabase,
  readDatabaseConfig,
  setPasswordHash,
  transaction,
} from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { minutes } from "@tendril/runtime";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { startLater, type LaterServer } from "./_later.ts";
import { hashPassword } from "../src/account/passwords.ts";
import { addressOf, mailsTo, verifyLink } from "./_mails.ts";
import { idOf } from "./_notifications.ts";
import { formError, linkIn, tokenOf, whoIs } from "./_people.ts";
import { signedUp } from "./_uploads.ts";

let env: TestEnv;
let later: LaterServer;

beforeAll(async () => {
  env = await startTestEnv();
  later = await startLater(env);
});
afterAll(async () => {
  await later?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});
beforeEach(() => later.stand(0));

async function resetLink(name: string): Promise<string> {
  const before = mailsTo(env, name, /password/).length;
  await env.client().post("/forgot-password", { email: addressOf(name) });
  await env.drain();
  expect(mailsTo(env, name, /password/)).toHaveLength(before + 1);
  return linkIn(await env.inbox.waitFor(addressOf(name), /password/), "/reset-password");
}

describe("a forgotten password", () => {
  const password = "a new one with words";

  test("is replaced by a link that works once and ends all sessions before it", async () => {
    const [laptop, phone] = [await signedUp(env, "dora"), env.client()];
    await phone.signIn("dora");
    const token = tokenOf(await resetLink("dora"));
    expect(await whoIs(laptop)).toBe("dora");

    const bad = await env.client().post("/reset-password", { token, password: "short" });
    expect([bad.status, bad.text]).toEqual([422, expect.stringContaining("at least 8")]);

    const visitor = env.client();
    const answer = await visitor.post("/reset-password", { token, password });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/sign-in"]);
    expect((await visitor.get("/sign-in")).text).toContain("Your password is changed.");
    expect(await whoIs(laptop)).toBeNull();
    expect(await whoIs(phone)).toBeNull();

    const signIn = (word: string) =>
      env.client().post("/sign-in", { login: "dora", password: word });
    expect((await signIn("tendril-demo")).status).toBe(422);
    expect((await signIn(password)).status).toBe(303);

    const again = await env.client().post("/reset-password", { token, password: "and another" });
    expect([again.status, formError(again)]).toEqual([422, expect.stringMatching(/used already/)]);
    expect((await signIn(password)).status).toBe(303);
  });

  test("is good for no sign-in that ends after the change: its session would outlive it", async () => {
    await signedUp(env, "lotte");
    await using db = connectDatabase(readDatabaseConfig(env.environment));
    const passwordHash = await hashPassword(password);
    const waits = async () => {
      const sql = `SELECT COUNT(*) AS count FROM information_schema.PROCESSLIST
        WHERE DB = DATABASE() AND INFO LIKE 'SELECT id FROM users%LOCK IN SHARE MODE'`;
      return JSON.stringify((await db.sequelize.query(sql))[0]) === '[{"count":1}]';
    };
    const lotte = env.client();
    const begun = await transaction(db, async (tx) => {
      await setPasswordHash(tx, await idOf(db, "lotte"), passwordHash);
      let isOver = false;
      const answer = lotte
        .post("/sign-in", { login: "lotte", password: "tendril-demo" })
        .finally(() => (isOver = true));
      // All sessions that there are would be ended here.
      await expect.poll(async () => isOver || (await waits())).toBe(true);
      return { answer };
    });
    expect((await begun.answer).status).toBe(422);
    expect(await whoIs(lotte)).toBeNull();
  });

  test("has links that are told to be used up or too old before a password is typed", async () => {
    await signedUp(env, "emil");
    const link = await resetLink("emil");
    const fresh = await env.client().get(link);
    expect([fresh.status, formError(fresh)]).toEqual([200, undefined]);
    expect(fresh.headers.get("referrer-policy")).toBe("same-origin");

    later.stand(minutes(61));
    const old = await env.client().get(later.url + link);
    expect(formError(old)).toMatch(/too old/);
    expect(old.text).not.toContain('type="password"');
    expect(old.text).toContain('href="/forgot-password">Ask for a new link</a>');
    const answer = await env
      .client()
      .post(`${later.url}/reset-password`, { token: tokenOf(link), password });
    expect(answer.status).toBe(422);
  });

  test("leaves no older link alive", async () => {
    await signedUp(env, "fynn");
    const first = tokenOf(await resetLink("fynn"));
    later.stand(minutes(1));
    await env.client().post(`${later.url}/forgot-password`, { email: addressOf("fynn") });
    await env.drain();
    const second = tokenOf(
      linkIn(await env.inbox.waitFor(addressOf("fynn"), /password/), "/reset-password"),
    );
    expect(second).not.toBe(first);
    const use = (token: string) => env.client().post("/reset-password", { token, password });
    expect((await use(second)).status).toBe(303);
    expect((await use(first)).status).toBe(422);
  });

  test("is not to be set by the link that confirms an address, nor the other way round", async () => {
    await signedUp(env, "gita");
    const verify = tokenOf(await verifyLink(env, "gita"));
    const reset = tokenOf(await resetLink("gita"));
    const answers = [
      await env.client().post("/reset-password", { token: verify, password }),
      await env.client().post("/verify-email", { token: reset }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([422, 422]);
  });

  test("says the same whether there is such an account or not", async () => {
    await signedUp(env, "hugo");
    const ask = async (email: string) => {
      const page = await env.client().post("/forgot-password", { email });
      const rest = page.text.replaceAll(email, "…").replace(/<code>.*?<\/code>/, "");
      return { status: page.status, cookies: page.headers.getSetCookie(), rest };
    };
    const mails = env.inbox.list().length;
    const known = await ask("hugo@example.com");
    for (const other of ["nobody@example.com", "hugo", "jürgen@example.com"])
      expect(await ask(other)).toEqual(known);
    await env.inbox.waitFor("hugo@example.com", /password/);
    await env.drain();
    const sent = env.inbox.list().slice(0, env.inbox.list().length - mails);
    expect(new Set(sent.flatMap(({ to }) => to))).toEqual(new Set(["hugo@example.com"]));
    expect(mailsTo(env, "hugo", /password/)).toHaveLength(1);
  });

  test("is mailed at most once a minute", async () => {
    await signedUp(env, "ines");
    for (const _ of [1, 2, 3])
      await env.client().post(`${later.url}/forgot-password`, { email: addressOf("ines") });
    await env.drain();
    expect(mailsTo(env, "ines", /password/)).toHaveLength(1);
  });
});
