import { startTestEnv, type Client, type ClientPage, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";

import { signUpOperator } from "./_ops.ts";
import { fieldError } from "./_people.ts";
import { query } from "./_social.ts";

let env: TestEnv;
let operator: Client;

const people = ["anna", "bea", "carl", "dora", "emil"];
const list = "/ops/letters";
const reason = "Trying again";

/** Mails whose payload somebody has broken: their jobs die, all of one cause. */
beforeAll(async () => {
  env = await startTestEnv({ tiers: ["web"] });
  operator = await signUpOperator(env, "olga");
  for (const name of people) await env.client().signUp(name);
  await query(
    env,
    `UPDATE jobs j JOIN email_messages m ON m.id = JSON_VALUE(j.payload, '$.emailId')
      SET j.payload = JSON_OBJECT('emailId', CONCAT('no ', m.id)) WHERE m.recipient NOT LIKE 'olga@%'`,
  );
  await env.worker.start();
  await env.drain();
});
afterAll(() => env?.[Symbol.asyncDispose]());

const lettersOn = ({ text }: ClientPage) => [
  ...new Set([...text.matchAll(/id="letter-(\d+)"/g)].map(([, id]) => Number(id))),
];

/** The letter of the mail to that person. */
async function letterOf(name: string): Promise<{ path: string; emailId: number }> {
  const [row] = await query(
    env,
    `SELECT l.id, m.id AS emailId FROM dead_letters l JOIN users u ON u.id = l.requested_by
      JOIN email_messages m ON m.user_id = u.id WHERE u.username = ? ORDER BY l.id LIMIT 1`,
    [name],
  );
  return { path: `${list}/${String(row?.["id"])}`, emailId: Number(row?.["emailId"]) };
}

/** Those whose letters lie there as they came, in no order that is known: jobs die side by side. */
async function neverSentBack(): Promise<string[]> {
  const rows = await query(
    env,
    `SELECT u.username FROM dead_letters l JOIN users u ON u.id = l.requested_by
      WHERE l.state = 'open' AND l.generation = 0`,
  );
  return rows.map(({ username }) => String(username));
}

async function mend(name: string): Promise<void> {
  const { path, emailId } = await letterOf(name);
  const fields = { payload: JSON.stringify({ emailId }), step: "save", reason: "A typing error" };
  expect((await operator.post(`${path}/edit`, fields)).status).toBe(303);
}

const words = ({ text }: ClientPage) => text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");

test("letters are found by their error and grouped by cause, with what can be done", async () => {
  const all = await operator.get(list);
  expect(lettersOn(all)).toHaveLength(people.length);
  expect(words(all)).toContain("5 letters of send-email");
  expect(words(all)).toContain("Letters, 5 open");
  expect(all.text.match(/class="cause"/g)).toHaveLength(1);
  for (const search of [
    "error=expected+number",
    "job=send-email&queue=mail",
    "since=1h",
    "state=any",
  ])
    expect([search, lettersOn(await operator.get(`${list}?${search}`)).length]).toEqual([
      search,
      5,
    ]);
  for (const search of ["error=quite+another", "queue=media", "until=1h", "state=dropped"]) {
    const page = await operator.get(`${list}?${search}`);
    expect([search, page.status, lettersOn(page)]).toEqual([search, 200, []]);
    expect(words(page)).toContain("No such letters");
  }
  const nowhere = await operator.get(`${list}?error=anna@example.com`);
  expect(nowhere.text).toContain('href="/ops/mails?recipient=anna%40example.com"');
  const wrong = await operator.get(`${list}?since=soon`);
  expect([wrong.status, fieldError(wrong, "since")]).toEqual([422, expect.stringContaining("2h")]);
});

test("a letter says what died, why, for whom, and where to look further", async () => {
  const { path, emailId } = await letterOf("anna");
  const page = await operator.get(path);
  const text = words(page);
  expect(text).toContain("The payload does not fit send-email: emailId: Invalid input");
  expect(text).toContain(`no ${emailId}`);
  expect(text).toContain(
    "4 other open letters have the same cause. See them , or send all 5 back, this one included…",
  );
  expect(text).toContain("Attempt 1");
  expect(page.text).toContain('href="/@anna"');
  expect(page.text).toMatch(/href="\/ops\/trace\/[\w-]+"/);
  expect(page.text).toMatch(/href="\/ops\/jobs\/[\w-]+"/);
  expect((await operator.get(`${list}/999`)).status).toBe(404);
  expect((await operator.get(`${list}/none`)).status).toBe(404);
});

test("a payload is checked, its difference shown, and saved with a reason; then one letter goes back", async () => {
  const { path, emailId } = await letterOf("anna");
  const payload = JSON.stringify({ emailId });
  const refused = async (fields: Record<string, string>, field: string, says: string) => {
    const page = await operator.post(`${path}/edit`, fields);
    expect([page.status, fieldError(page, field)]).toEqual([422, expect.stringContaining(says)]);
  };
  await refused({ payload: "{", step: "check" }, "payload", "not JSON");
  await refused({ payload: '{"emailId":"x"}', step: "save" }, "payload", "emailId: Invalid input");
  await refused({ payload, step: "save", reason: " " }, "reason", "Say why");
  const preview = await operator.post(`${path}/edit`, { payload, step: "check" });
  expect(words(preview)).toContain(`&#34;emailId&#34;: ${emailId}`);
  expect(preview.text).toContain("diff__line--gone");

  await mend("anna");
  const edited = words(await operator.get(path));
  expect(edited).toContain("The payload is saved");
  expect(edited).toContain(`no ${emailId}`);
  expect(edited).toContain("A typing error");

  expect((await operator.get(`${path}/redrive`)).status).toBe(200);
  const bare = await operator.post(`${path}/redrive`);
  expect([bare.status, fieldError(bare, "reason")]).toEqual([422, "Say why, for the record."]);
  const sent = await operator.post(`${path}/redrive`, { reason });
  expect([sent.status, sent.headers.get("location")]).toEqual([303, path]);
  await env.drain();
  await env.inbox.waitFor("anna@example.com", /Confirm/i);
  const after = words(await operator.get(path));
  expect(after).toContain(reason);
  expect(after).toMatch(/The job now: done/);
  const sentBack = words(await operator.get(`${list}?state=redriven`));
  expect(sentBack).toContain("Mail “verify-email” to anna@example.com");
  expect((await operator.post(`${path}/redrive`, { reason })).status).toBe(409);
});

test("canaries that die again stop a redrive; mended, it goes on and each goes through once", async () => {
  const filter = "?error=expected+number";
  const asked = await operator.get(`${list}/redrive${filter}`);
  expect(words(asked)).toContain("Send 4 letters back");
  const bad = await operator.post(`${list}/redrive${filter}`, { canary: "x", rate: "", reason });
  expect([bad.status, fieldError(bad, "canary")]).toEqual([422, "Write a whole number."]);
  const begun = await operator.post(`${list}/redrive${filter}`, {
    canary: "2",
    rate: "50",
    reason,
  });
  const run = begun.headers.get("location") ?? words(begun);
  expect(run).toMatch(/^\/ops\/letters\/redrives\/\d+$/);
  const shows = (text: string) =>
    expect.poll(async () => words(await operator.get(run)), { timeout: 30_000 }).toContain(text);
  await shows("Why it stopped: 2 of 2 that went first died again");
  await shows("2 died again and are open: ");
  expect(words(await operator.get(run))).toContain("Send them back");
  // The two that went first have new letters; the two others lie there as before.
  expect(lettersOn(await operator.get(list))).toHaveLength(4);
  expect(words(await operator.get(`${run}/resume`))).toContain("Go on");
  expect((await operator.post(`${run}/stop`, { reason })).status).toBe(409);

  const waiting = await neverSentBack();
  expect(waiting).toHaveLength(2);
  for (const name of waiting) await mend(name);
  const mended = { reason: "Mended", rate: "40" };
  expect((await operator.post(`${run}/resume`, mended)).status).toBe(303);
  await shows("40 letters a second");
  await shows("All were sent.");
  await env.drain();
  for (const name of waiting) await env.inbox.waitFor(`${name}@example.com`, /Confirm/i);
  const page = words(await operator.get(run));
  expect(page).toContain("dead redrive resume");
  expect(words(await operator.get(`${list}/redrives`))).toContain("4 of 4 letters");
});

test("chosen letters are dropped with a reason, and stay on record", async () => {
  const [first = 0, second = 0] = lettersOn(await operator.get(list));
  // None is never all.
  const nothing = await operator.post(`${list}/drop?chosen=yes`, { reason });
  expect([nothing.status, lettersOn(await operator.get(list))]).toEqual([400, [first, second]]);
  // Those that die meanwhile were not asked about.
  const asked = await operator.get(`${list}/drop`);
  const upTo = /name="upTo" value="(\d+)"/.exec(asked.text)?.[1] ?? "";
  const fewer = { reason, upTo: String(Number(upTo) - 1) };
  await operator.post(`${list}/drop?ids=${upTo}`, fewer);
  expect(lettersOn(await operator.get(list))).toContain(Number(upTo));
  // With times in place of `1h`, which moves on until they are sent.
  const hour = await operator.get(`${list}?since=1h`);
  expect(hour.text).toMatch(/type="hidden" name="since" value="\d{4}-[^"]+Z"/);
  const none = await operator.get(`${list}/drop?chosen=yes&queue=mail`);
  expect([none.status, none.headers.get("location")]).toEqual([303, `${list}?queue=mail`]);
  expect(words(await operator.get(list))).toContain("No letters were chosen");

  const chosen = `${list}/drop?chosen=yes&id=${first}&id=${second}`;
  expect(words(await operator.get(chosen))).toContain("Drop 2 letters");
  expect((await operator.post(chosen, { reason: "" })).status).toBe(422);
  expect((await operator.post(chosen, { reason: "Not worth it" })).status).toBe(303);
  const empty = words(await operator.get(list));
  expect(empty).toContain("Dropped. It stays on record.");
  expect(empty).toContain("Nothing is dead");
  // What is closed is not offered to be sent back or dropped.
  const closed = await operator.get(`${list}?state=any`);
  expect(words(closed)).toContain("(none is open)");
  expect(closed.text).not.toMatch(/href="\/ops\/letters\/(redrive|drop)\?/);
  expect(words(await operator.get(`${list}/${first}`))).toMatch(/Dropped .*: Not worth it/);
  expect(words(await operator.get(`/ops/history?subject=letter:${first}`))).toContain("dead drop");
  const redrives = words(await operator.get("/ops/history?subject=redrive"));
  expect(redrives).toContain("redrive 1");
  expect(redrives).not.toMatch(/letter \d/);
  expect((await operator.get(`${list}/redrive?ids=${first}`)).status).toBe(404);
});

test("letters are exported as lines of JSON", async () => {
  const page = await operator.get(`${list}/export?state=any`);
  expect(page.headers.get("content-disposition")).toMatch(/^attachment; filename=letters-.*jsonl$/);
  const lines = page.text.trim().split("\n");
  expect(lines).toHaveLength(people.length + 2);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ name: "send-email", state: "redriven" });
});

test("a message that nobody could read is shown as it came, and can be made into a job", async () => {
  const mail = await query(
    env,
    "SELECT id FROM email_messages WHERE recipient = 'bea@example.com' AND status = 'waiting'",
  );
  await query(
    env,
    `INSERT INTO dead_letters (sqs_message_id, queue, raw_message, error_name, error_message, cause, attempts, created_at)
      VALUES ('m-1', 'mail', '{"to":<script>', 'ForeignMessageError', 'Not one of ours', 'foreign', '[]', NOW(3))`,
  );
  const [id = 0] = lettersOn(await operator.get(`${list}?error=not+one+of+ours`));
  const path = `${list}/${id}`;
  const page = await operator.get(path);
  expect(page.text).toContain("{&#34;to&#34;:&lt;script&gt;");
  expect(words(await operator.get(`${path}/redrive`))).toContain("byte for byte");

  const payload = JSON.stringify({ emailId: mail[0]?.["id"] ?? 999 });
  const nameless = await operator.post(`${path}/edit`, { payload, step: "save", job: "", reason });
  expect([nameless.status, fieldError(nameless, "payload")]).toEqual([
    422,
    expect.stringContaining("which one it is to become"),
  ]);
  const fields = { payload, step: "save", job: "send-email", reason };
  expect((await operator.post(`${path}/edit`, fields)).status).toBe(303);
  expect((await operator.post(`${path}/redrive`, { reason })).status).toBe(303);
  await env.drain();
  expect(words(await operator.get(path))).toMatch(/The job now: (done|skipped)/);
});

test("whoever is no operator changes nothing", async () => {
  const member = env.client();
  await member.signIn("anna");
  const { path } = await letterOf("bea");
  for (const action of ["redrive", "drop", "edit"])
    expect((await member.post(`${path}/${action}`, { reason })).status).toBe(404);
});
