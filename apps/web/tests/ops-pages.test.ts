import { DEMO_PASSWORD, startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { promote, signUpOperator } from "./_ops.ts";
import { fieldError } from "./_people.ts";
import { query } from "./_social.ts";

let env: TestEnv;
let operator: Client;
let member: Client;

beforeAll(async () => {
  env = await startTestEnv({ tiers: ["web"] });
  operator = await signUpOperator(env, "olga");
  member = env.client();
  await member.signUp("mira");
  // What is said once after signing up is said here.
  await member.get("/");
});
afterAll(() => env?.[Symbol.asyncDispose]());

const desks = ["/ops", "/ops/", "/OPS/history", "/ops/history", "/ops/no-such-desk"];

/** Without what differs between any two requests. */
async function answer(client: Client, path: string) {
  const { status, headers, text } = await client.get(path);
  const words = text.replaceAll(/<code>[^<]*<\/code>/g, "").replaceAll(path, "");
  const told = ["cache-control", "vary", "content-type", "location", "set-cookie"];
  return { status, headers: told.map((name) => headers.get(name)), words };
}

test.each([
  ["a visitor", () => env.client()],
  ["a member", () => member],
])("for %s the pages are like any page that does not exist", async (_, client) => {
  const nothing = await answer(client(), "/no-such-page");
  expect(nothing.status).toBe(404);
  for (const path of desks) expect([path, await answer(client(), path)]).toEqual([path, nothing]);
  for (const path of ["/ops", "/ops/history", "/ops/letters/1/drop"])
    expect((await client().post(path, { reason: "none" })).status).toBe(404);
  expect((await client().get("/")).text).not.toContain('href="/ops');
});

test("for an operator they are there, and no cache keeps them", async () => {
  const page = await operator.get("/ops/history");
  expect(page.status).toBe(200);
  expect(page.headers.get("cache-control")).toBe("private, no-store");
  expect((await operator.get("/")).text).toContain('href="/ops');
  expect((await operator.get("/ops/no-such-desk")).status).toBe(404);
});

test("whoever is promoted or let go notices without signing in again", async () => {
  const client = env.client();
  await client.signUp("nadia");
  expect((await client.get("/ops/history")).status).toBe(404);
  await promote(env, "nadia");
  expect((await client.get("/ops/history")).status).toBe(200);
  await query(env, "UPDATE users SET suspended_at = NOW(3) WHERE username = 'nadia'");
  expect((await client.get("/ops/history")).status).toBe(404);
});

test("a form of another site is refused", async () => {
  const page = await operator.post("/ops/history", {}, { "sec-fetch-site": "cross-site" });
  expect(page.status).toBe(403);
});

test("jobs are found by what is known of them, and one is shown with all that it did", async () => {
  const [job] = await query(env, "SELECT id, trace FROM jobs WHERE name = 'send-email' LIMIT 1");
  const { id, trace } = z.object({ id: z.string(), trace: z.string() }).parse(job);
  const href = `/ops/jobs/${id}`;
  const finds = async (search: string) => (await operator.get(`/ops/jobs?${search}`)).text;
  for (const search of [
    "",
    `id=${trace}`,
    "state=queued&name=send-email&queue=mail",
    "person=@olga",
    "since=1h&payload=emailId",
  ])
    expect([search, await finds(search)]).toEqual([search, expect.stringContaining(href)]);
  for (const search of ["state=done", "name=purge", "person=mira&until=2d", "error=nothing"])
    expect([search, await finds(search)]).toEqual([search, expect.not.stringContaining(href)]);
  expect((await operator.get(`/ops/jobs?id=${id}`)).headers.get("location")).toBe(href);

  const page = await operator.get(href);
  expect(page.text).toContain("Mail “verify-email” to olga@example.com");
  expect(page.text).toContain(`/ops/trace/${trace}`);
  for (const none of ["none", "n%C3%B6ne"])
    expect((await operator.get(`/ops/jobs/${none}`)).status).toBe(404);
});

test("mails are found by whom they go to, with what became of them", async () => {
  await query(
    env,
    "UPDATE email_messages SET status = 'refused', error = 'No such mailbox' WHERE recipient = 'mira@example.com'",
  );
  const finds = async (search: string) => (await operator.get(`/ops/mails?${search}`)).text;
  for (const search of [
    "",
    "recipient=MIRA@example.com",
    "recipient=mira@",
    "status=refused&since=1h",
    "template=verify-email&until=2099-01-01",
  ]) {
    const found = await finds(search);
    expect([search, found]).toEqual([search, expect.stringContaining("No such mailbox")]);
  }
  for (const search of ["recipient=olga@example.com", "recipient=_ira", "status=sent", "until=1h"])
    expect([search, await finds(search)]).toEqual([
      search,
      expect.not.stringContaining("No such mailbox"),
    ]);
  const its = /href="(\/ops\/jobs\/[\w-]+)"/.exec(await finds("status=refused"))?.[1];
  expect((await operator.get(its ?? "")).text).toContain("Mail “verify-email” to mira@example.com");
});

test("a mail that waits for a dead job says so, and leads to where it lies", async () => {
  const ofMail = `JSON_VALUE(payload, '$.emailId') =
    (SELECT id FROM email_messages WHERE recipient = 'olga@example.com' LIMIT 1) AND name = 'send-email'`;
  await query(
    env,
    `UPDATE jobs SET state = 'dead', last_error = '550 Unknown user\n  and more' WHERE ${ofMail}`,
  );
  await query(
    env,
    `INSERT INTO dead_letters (job_id, generation, queue, name, error_name, error_message, cause, attempts, created_at)
      SELECT id, 0, queue, name, 'Error', last_error, 'cause', '[]', NOW(3) FROM jobs WHERE ${ofMail}`,
  );
  const { text } = await operator.get("/ops/mails?recipient=olga@example.com");
  expect(text).toContain("its job died");
  expect(text).toMatch(/550 Unknown user<\/p>/);
  expect(text).toMatch(/href="\/ops\/letters\/\d+"/);
  await query(env, "DELETE FROM dead_letters");
});

test("a filter that cannot be understood says so beside its field", async () => {
  const page = await operator.get("/ops/jobs?since=yesterday&person=nobody");
  expect(page.status).toBe(422);
  expect(fieldError(page, "since")).toContain("30m, 2h or 3d");
  expect(fieldError(await operator.get("/ops/jobs?person=nobody"), "person")).toContain("nobody");
});

test("the history can be read to its beginning, of one thing or of all", async () => {
  const rows = Array.from({ length: 60 }, (_, nth) => [nth === 7 ? "9" : "1", `reason ${nth}.`]);
  const values = rows.map(() => "(NOW(3), 'olga', 'dead redrive', 'letter', ?, ?)").join(", ");
  await query(
    env,
    `INSERT INTO operator_actions (at, operator, action, subject_kind, subject_id, reason) VALUES ${values}`,
    rows.flat(),
  );
  const first = (await operator.get("/ops/history")).text;
  expect(first).toContain("reason 59.");
  expect(first).not.toContain("reason 3.");
  const older = /href="(\/ops\/history\?before=\d+)"/.exec(first)?.[1] ?? "";
  const second = (await operator.get(older)).text;
  expect(second).toContain("reason 3.");
  expect(second).not.toContain("reason 59.");
  const one = (await operator.get("/ops/history?subject=letter:9")).text;
  expect(one).toContain("reason 7.");
  expect(one).not.toContain("reason 8.");
});

test("an open page follows what happens, and leaves alone what somebody is at", async () => {
  const page = await env.browser();
  await page.goto("/sign-in");
  await page.fill("[name=login]", "olga");
  await page.fill("[name=password]", DEMO_PASSWORD);
  await page.locator("main form button[type=submit]").click();
  await page.waitForURL((url) => url.pathname === "/");
  const happens = (reason: string) =>
    query(
      env,
      `INSERT INTO operator_actions (at, operator, action, subject_kind, subject_id, reason, before_value, after_value)
        VALUES (NOW(3), 'olga', 'dead edit', 'letter', '7', ?, '1', '2')`,
      [reason],
    );
  // Whoever comes back to a page is shown at once what is so now.
  const lookAgain = () => page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  const rows = page.locator("#actions tbody tr");
  const status = page.locator("[data-live-status]");

  await happens("the first");
  await page.goto("/ops/history?subject=letter:7");
  expect(await rows.count()).toBe(1);
  await page.locator("summary").click();
  await rows.getByRole("link").focus();
  await happens("the second");
  await lookAgain();
  await expect.poll(() => rows.count()).toBe(2);
  expect(await rows.last().locator("details").getAttribute("open")).not.toBeNull();
  expect(await rows.first().locator("details").getAttribute("open")).toBeNull();
  expect(await page.evaluate("document.activeElement.textContent")).toBe("letter 7");

  await page.evaluate("getSelection().selectAllChildren(document.querySelector('#actions tbody'))");
  await happens("the third");
  await lookAgain();
  await status.getByText(/^Live, updated/).waitFor();
  expect(await rows.count()).toBe(2);
  await page.evaluate("getSelection().empty()");
  await lookAgain();
  await expect.poll(() => rows.count()).toBe(3);

  await env.stop("database");
  try {
    await lookAgain();
    await status.getByText(/Not updated since .* 503/).waitFor();
    expect(await rows.count()).toBe(3);
    expect(await page.getByRole("link", { name: "Reload" }).isVisible()).toBe(true);
  } finally {
    await env.resume("database");
  }
  await expect
    .poll(async () => {
      await lookAgain();
      return status.getByText(/^Live, updated/).isVisible();
    })
    .toBe(true);
});

test("while Redis is away nobody is known, and there are no pages for operators", async () => {
  await env.stop("redis");
  try {
    const page = await operator.get("/ops/history");
    expect(page.status).toBe(404);
    expect(page.text).toContain("Sign-in is away");
  } finally {
    await env.resume("redis");
  }
});
