import {
  findPushSubscriptionIds,
  hashOfEndpoint,
  insertPushSubscription,
  removeOtherPushSubscriptions,
} from "@tendril/database";
import { DEMO_PASSWORD, startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";

import { idOf, openDatabase } from "./_notifications.ts";
import { fieldError, whoIs } from "./_people.ts";
import { signedUp } from "./_uploads.ts";

let env: TestEnv;
let people = 0;

beforeAll(async () => {
  env = await startTestEnv();
});
afterAll(() => env?.[Symbol.asyncDispose]());

const path = "/settings/security";
const next = "six brown tendrils";

async function atTwoPlaces(): Promise<{ name: string; here: Client; there: Client }> {
  const name = `person-${people++}`;
  const here = await signedUp(env, name);
  const there = env.client();
  const agent = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  };
  await there.post("/sign-in", { login: name, password: DEMO_PASSWORD }, agent);
  return { name, here, there };
}

const listed = ({ text }: { text: string }) =>
  [...text.matchAll(/<li class="sessions__one">([\s\S]*?)<\/li>/g)].map(([, item = ""]) => ({
    browser: /<strong>([^<]*)</.exec(item)?.[1],
    isThisOne: item.includes("this one"),
  }));

test("it is for people who are signed in", async () => {
  expect((await env.client().get(path)).headers.get("location")).toContain("/sign-in");
  expect(
    (await env.client().post(`${path}/sign-out-elsewhere`, {}, { accept: "application/json" }))
      .status,
  ).toBe(401);
});

test("a person sees where they are signed in, and signs out everywhere else", async () => {
  const { name, here, there } = await atTwoPlaces();
  expect(listed(await here.get(path))).toEqual([
    { browser: "Firefox on Linux", isThisOne: false },
    { browser: expect.stringMatching(/./), isThisOne: true },
  ]);
  const hours = /<time datetime="[^"]+">(\d+ \w+ \d{4} at \d\d:\d\d UTC)</;
  expect(hours.exec((await here.get(path)).text)?.[1]).toBeDefined();
  expect((await here.post(`${path}/sign-out-elsewhere`)).status).toBe(303);
  expect([await whoIs(here), await whoIs(there)]).toEqual([name, null]);
  const page = await here.get(path);
  expect(listed(page)).toMatchObject([{ isThisOne: true }]);
  expect(page.text).not.toContain("Sign out everywhere else");
});

test("a new password ends what goes on elsewhere, pushes too, and is the one that counts", async () => {
  const { name, here, there } = await atTwoPlaces();
  await using db = openDatabase(env);
  const userId = await idOf(db, name);
  await insertPushSubscription(db, {
    userId,
    endpoint: `https://push.example/${name}`,
    p256dh: "none",
    auth: "none",
    browser: "Firefox on Linux",
    createdAt: new Date(),
  });
  const form = { current_password: DEMO_PASSWORD, new_password: next };
  expect((await here.post(`${path}/password`, form)).status).toBe(303);
  expect((await here.get(path)).text).toContain("Your password is changed.");
  expect([await whoIs(here), await whoIs(there)]).toEqual([name, null]);
  expect(await findPushSubscriptionIds(db, userId)).toEqual([]);
  expect(
    (await env.client().post("/sign-in", { login: name, password: DEMO_PASSWORD })).status,
  ).toBe(422);
  expect((await env.client().post("/sign-in", { login: name, password: next })).status).toBe(303);
});

test("the browser that the person uses goes on being told", async () => {
  const { name } = await atTwoPlaces();
  await using db = openDatabase(env);
  const userId = await idOf(db, name);
  const browser = { userId, p256dh: "none", auth: "none", browser: "A", createdAt: new Date() };
  const [here, there] = [`https://push.example/${name}-1`, `https://push.example/${name}-2`];
  const kept = await insertPushSubscription(db, { ...browser, endpoint: here });
  await insertPushSubscription(db, { ...browser, endpoint: there });
  await removeOtherPushSubscriptions(db, userId, hashOfEndpoint(here));
  expect(await findPushSubscriptionIds(db, userId)).toEqual([kept]);
});

test.each([
  [
    { current_password: "not this one", new_password: next },
    "current_password",
    "not your current",
  ],
  [{ current_password: "", new_password: next }, "current_password", "Write your current"],
  [{ current_password: DEMO_PASSWORD, new_password: "short" }, "new_password", "at least 8"],
  [{}, "new_password", "at least 8"],
])("what is not right is refused, and nothing changes: %j", async (fields, field, words) => {
  const { name, here, there } = await atTwoPlaces();
  const refused = await here.post(`${path}/password`, fields);
  expect(refused.status).toBe(422);
  expect(fieldError(refused, field)).toContain(words);
  expect(refused.text).not.toContain(next);
  expect([await whoIs(here), await whoIs(there)]).toEqual([name, name]);
});

test("the password cannot be guessed by whoever finds a browser open", async () => {
  const { here } = await atTwoPlaces();
  const guess = () =>
    here.post(`${path}/password`, { current_password: "guess", new_password: next });
  for (let tries = 0; tries < 10; tries++) expect((await guess()).status).toBe(422);
  expect((await guess()).status).toBe(429);
});
