import {
  findPreferences,
  findUserByUsername,
  type DatabaseConnection,
  notificationKinds,
} from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";

import { signUpByForm } from "./_browser.ts";
import { newcomer, openDatabase } from "./_notifications.ts";

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

const path = "/settings/notifications";
const ticked = ({ text }: { text: string }) =>
  [...text.matchAll(/name="([a-z]+\.[a-z]+)"[^>]*? checked>/g)].map(([, name]) => name);
const userNamed = async (name: string) => {
  const user = await findUserByUsername(db, name);
  return user && { digest: user.digest, timeZone: user.timeZone, digestDueAt: user.digestDueAt };
};

test("settings are for people who are signed in, and begin with what they are told", async () => {
  expect((await env.client().get(path)).headers.get("location")).toContain("/sign-in");
  const { person } = await newcomer(env, db);
  expect((await person.get("/settings")).headers.get("location")).toBe("/settings/profile");
  expect((await person.get("/settings/profile")).text).toContain(`href="${path}"`);
});

test("everything is told except likes by mail, until a person says otherwise", async () => {
  const { person } = await newcomer(env, db);
  const boxes = ticked(await person.get(path));
  expect(boxes).toHaveLength(2 * notificationKinds.length - 1);
  expect(boxes).not.toContain("like.mail");
});

test("what is ticked is wanted, what is not is not; only what differs is written down", async () => {
  const { person, id, name } = await newcomer(env, db);
  const boxes = ticked(await person.get(path));
  const fields = Object.fromEntries(boxes.map((box) => [box, "on"]));
  const form = { digest: "weekly", time_zone: "" };
  expect((await person.post(path, { ...fields, ...form })).status).toBe(303);
  expect(await findPreferences(db, id)).toEqual([]);

  const { "follow.mail": _, ...others } = fields;
  await person.post(path, { ...others, "like.mail": "on", ...form });
  const said = await findPreferences(db, id);
  expect(said.toSorted((a, b) => a.kind.localeCompare(b.kind))).toEqual([
    { kind: "follow", channel: "mail", wanted: false },
    { kind: "like", channel: "mail", wanted: true },
  ]);
  const page = await person.get(path);
  expect(page.text).toContain("Your settings are saved.");
  expect(ticked(page)).toContain("like.mail");
  expect(ticked(page)).not.toContain("follow.mail");
  expect(await userNamed(name)).toMatchObject({ digest: "weekly", timeZone: null });
});

test("another digest or time zone has its next time worked out anew", async () => {
  const { person, id, name } = await newcomer(env, db);
  const due = new Date("2026-11-23T08:00:00Z");
  const set = "UPDATE users SET digest_due_at = :due WHERE id = :id";
  await db.sequelize.query(set, { replacements: { id, due } });
  await person.post(path, { digest: "weekly", time_zone: "" });
  expect(await userNamed(name)).toMatchObject({ digestDueAt: due });
  await person.post(path, { digest: "daily", time_zone: "Pacific/Chatham" });
  expect(await userNamed(name)).toEqual({
    digest: "daily",
    timeZone: "Pacific/Chatham",
    digestDueAt: null,
  });
  expect((await person.get(path)).text).toMatch(/value="Pacific\/Chatham" selected/);
});

test.each([
  [{ digest: "weekly", time_zone: "Mars/Olympus" }, "There is no such time zone"],
  [{ digest: "weekly", time_zone: "x".repeat(500) }, "There is no such time zone"],
  [{ digest: "hourly", time_zone: "" }, "Choose how often"],
  [{}, "Choose how often"],
])("what does not exist is refused in words, and nothing is lost: %j", async (fields, words) => {
  const { person, id } = await newcomer(env, db);
  const refused = await person.post(path, { ...fields, "like.mail": "on" });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain(words);
  expect(ticked(refused)).toEqual(["like.mail"]);
  expect(await findPreferences(db, id)).toEqual([]);
});

test("a zone under a name of another time is kept, and offered", async () => {
  const { person } = await newcomer(env, db);
  expect((await person.post(path, { digest: "off", time_zone: "Asia/Calcutta" })).status).toBe(303);
  expect((await person.get(path)).text).toMatch(/value="Asia\/Calcutta" selected/);
});

test("a sign-up takes the browser's time zone, and nonsense turns nobody away", async () => {
  const page = await env.browser({ timezoneId: "America/St_Johns" });
  await signUpByForm(page, "far-east");
  expect(await userNamed("far-east")).toMatchObject({ timeZone: "America/St_Johns" });

  const fields = { username: "odd", email: "odd@example.com", password: "four green tendrils" };
  const odd = await env.client().post("/sign-up", { ...fields, time_zone: "Mars/Olympus" });
  expect(odd.status).toBe(303);
  expect(await userNamed("odd")).toMatchObject({ timeZone: null });

  await page.goto(path);
  const select = page.locator("[name=time_zone]");
  expect(await select.inputValue()).toBe("America/St_Johns");
  await select.selectOption("Europe/Oslo");
  await page.getByRole("button", { name: "Use America/St Johns, as this browser does" }).click();
  expect(await select.inputValue()).toBe("America/St_Johns");
});
