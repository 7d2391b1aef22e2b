import {
  connectDatabase,
  insertIncident,
  insertQueueSample,
  lockActiveIncidents,
  noteTask,
  openIncidents,
  readDatabaseConfig,
  transaction,
  type DatabaseConnection,
} from "@tendril/database";
import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { connectQueues, queueNames } from "@tendril/jobs";
import { lookAtQueues, peek } from "@tendril/operations";
import { afterAll, beforeAll, expect, test } from "vitest";

import { signUpOperator } from "./_ops.ts";
import { fieldError } from "./_people.ts";

let env: TestEnv;
let db: DatabaseConnection;
let operator: Client;

beforeAll(async () => {
  env = await startTestEnv({ tiers: ["web"] });
  db = connectDatabase(readDatabaseConfig(env.environment));
  operator = await signUpOperator(env, "olga");
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});

const page = async (path: string) => (await operator.get(path)).text.replaceAll(/\s+/g, " ");

test("the overview has queues with their figures, who is alive, tasks, and what is wrong", async () => {
  const now = new Date();
  const quiet = { visible: 0, inFlight: 0, delayed: 0, dead: 0, due: 0, oldestMs: 0, finished: 0 };
  for (const [ago, visible] of [
    [2, 41],
    [1, 7],
  ] as const) {
    const minute = new Date(now.getTime() - ago * 60_000);
    minute.setUTCSeconds(0, 0);
    for (const queue of queueNames) {
      const busy = queue === "mail" ? { visible, due: 9, oldestMs: 130_000, finished: 12 } : {};
      await insertQueueSample(db, { queue, minute, openLetters: 0, ...quiet, ...busy });
    }
  }
  await noteTask(db, { task: "purge", schedule: "20 3 * * *" }, now);
  await transaction(db, async (tx) => {
    await insertIncident(tx, { alarm: "open-letters", subject: "", value: 120 }, now);
    const [incident] = await lockActiveIncidents(tx);
    await openIncidents(tx, [incident?.id ?? 0], now);
  });

  const overview = await page("/ops");
  expect(overview).toContain("120 dead letters are open");
  expect(overview).toMatch(/<code>.*dead<\/span> .*causes<\/span>/);
  expect(overview).toMatch(
    /aria-label="mail: waiting since [^"]*\. Now 7; at most 41, between \d\d:\d\d and /,
  );
  expect(overview).toMatch(/Oldest<\/span> <strong class="chart__now">2 min</);
  expect(overview).toContain("9 jobs due · 0 in flight");
  expect(overview).toContain("<strong>1 web instance</strong>");
  expect(overview).toMatch(/<strong class="ops-error">0 workers<\/strong>/);
  expect(overview).toContain("<strong>purge</strong>");
  expect(await page("/ops?span=7d")).toContain("at most 41");
});

test("the fleet page names instances with their release, and says when a tier has none", async () => {
  const fleet = await page("/ops/fleet");
  expect(fleet).toMatch(/<th scope="row">web-1/);
  expect(fleet).toContain("<code>development</code>");
  expect(fleet).toContain("Nothing is worked on.");
});

test("a task is run by hand, once for each minute, with a reason", async () => {
  expect(await page("/ops/schedule")).toContain('href="/ops/schedule/purge/run"');
  const path = "/ops/schedule/purge/run";
  expect((await operator.get("/ops/schedule/tidy/run")).status).toBe(422);
  const at = new Date(Date.now() - 3_600_000).toISOString().slice(0, 16).replace("T", " ");
  const silent = await operator.post(path, { at, reason: "" });
  expect([silent.status, fieldError(silent, "reason")]).toEqual([422, "Say why, for the record."]);
  const early = await operator.post(path, { at: "2126-01-01 00:00", reason: "why not" });
  expect([early.status, fieldError(early, "at")]).toEqual([
    422,
    expect.stringContaining("that time has not come"),
  ]);

  const run = await operator.post(path, { at, reason: "disk is full" });
  expect([run.status, run.headers.get("location")]).toEqual([
    303,
    expect.stringMatching(/^\/ops\/jobs\/[\da-f-]{36}$/),
  ]);
  expect((await operator.post(path, { at, reason: "again" })).status).toBe(409);
  const schedule = await page("/ops/schedule");
  expect(schedule).toContain(`>${at}</time>`);
  expect(schedule).toContain("by hand: olga");
  expect(await page("/ops/history")).toContain("disk is full");
});

test("views ask nothing of SQS, so however many there are, no receive count changes", async () => {
  const region = env.environment["AWS_REGION"] ?? "";
  using queues = connectQueues({ region, prefix: env.space.name });
  const waiting = async () => (await lookAtQueues(queues)).find(({ queue }) => queue === "mail");
  // The mail of the operator's own account.
  await expect.poll(waiting).toMatchObject({ visible: 1 });
  const paths = ["/ops", "/ops/letters", "/ops/jobs", "/ops/schedule", "/ops/fleet"];
  const view = async () => {
    const pages = await Promise.all(paths.map((path) => operator.get(path)));
    expect(pages.map(({ status }) => status)).toEqual(paths.map(() => 200));
  };
  for (let views = 0; views < 50; views += paths.length) await view();
  expect(await peek(queues, "mail", 10)).toMatchObject([{ receives: 1 }]);
  await env.stop("sqs");
  await view();
  await env.resume("sqs");
});
