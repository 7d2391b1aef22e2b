import { days } from "@tendril/runtime";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";

import { openCrew, type Crew } from "./_crew.ts";
import { fire, jobsOf } from "./_ticks.ts";
import { rows } from "./_uploads.ts";

let crew: Crew;

beforeEach(async () => {
  crew = await openCrew();
  await sql(
    `INSERT INTO users (id, username, email, password_hash, display_name, created_at)
      VALUES (1, 'ida', 'ida@example.com', 'x', 'Ida', NOW(3))`,
  );
});
afterEach(() => crew?.[Symbol.asyncDispose]());

const sql = (text: string, replacements: Record<string, unknown> = {}) =>
  crew.db.sequelize.query(text, { replacements });
const ago = (count: number) => new Date(crew.clock.now().getTime() - days(count));
const left = async (table: string, column: string) =>
  (
    await rows(
      crew.db,
      z.object({ name: z.coerce.string() }),
      `SELECT ${column} AS name FROM ${table} ORDER BY name`,
    )
  ).map(({ name }) => name);

/** `count` finished jobs of that age. */
async function finished(count: number, age: number): Promise<void> {
  await sql(
    `INSERT INTO jobs (id, name, version, queue, payload, fairness_group, run_at, dispatched_at, state, history, trace,
        created_at, finished_at)
      SELECT UUID(), 'send-email', 1, 'mail', '{}', 'old', :at, :at, 'done', '[]', 'old', :at, :at
        FROM seq_1_to_${count}`,
    { at: ago(age) },
  );
}

const oldJobs = () =>
  rows(crew.db, z.object({ id: z.string() }), "SELECT id FROM jobs WHERE trace = 'old'");

test("what nobody will ask for any more goes, and nothing else", async () => {
  await finished(3, 20);
  await finished(2, 18);
  for (const [hash, age] of [
    ["old", 8],
    ["new", 6],
  ] as const)
    await sql(
      `INSERT INTO tokens (purpose, hash, user_id, expires_at) VALUES ('verify-email', :hash, 1, :at)`,
      { hash: Buffer.alloc(32, hash), at: ago(age) },
    );
  for (const [task, age] of [
    ["old", 91],
    ["new", 89],
  ] as const) {
    await sql(
      `INSERT INTO schedule_ticks (task, scheduled_at, state, tries, noted_at) VALUES (:task, :at, 'received', 1, :at)`,
      { task, at: ago(age) },
    );
    await sql(
      `INSERT INTO schedule_tasks (task, schedule, since, checked_until, checked_at) VALUES (:task, '* * * * *', :at, :at, :at)`,
      { task, at: ago(age) },
    );
  }
  for (const [key, readAge] of [
    ["old", 91],
    ["new", 89],
    ["unread", null],
  ] as const)
    await sql(
      `INSERT INTO notifications (user_id, kind, group_key, first_at, last_at, read_at, unread)
        VALUES (1, 'follow', :key, :at, :at, :readAt, :unread)`,
      {
        key,
        at: ago(400),
        readAt: readAge === null ? null : ago(readAge),
        unread: readAge === null ? 1 : null,
      },
    );
  await sql(
    `INSERT INTO photos (id, slug, user_id, status, visibility, caption, alt, credit, file_name, file_key, form_token,
        position, created_at)
      VALUES (1, 'aaaaaaaaaaaa', 1, 'ready', 'public', '', '', '', '', 'k', 'f', 0, NOW(3))`,
  );
  for (const [body, age] of [
    ["old", 91],
    ["new", 89],
    ["there", null],
  ] as const)
    await sql(
      `INSERT INTO comments (photo_id, user_id, body, form_token, created_at, removed_at)
        VALUES (1, 1, :body, :body, :at, :removedAt)`,
      { body, at: ago(400), removedAt: age === null ? null : ago(age) },
    );

  for (const [event, age] of [
    ["old", 91],
    ["new", 89],
    ["waiting", null],
  ] as const)
    await sql(
      `INSERT INTO push_messages (event, subscription_id, user_id, created_at, ended_at)
        VALUES (:event, 1, 1, :at, :endedAt)`,
      { event, at: ago(400), endedAt: age === null ? null : ago(age) },
    );

  for (const [queue, age] of [
    ["old", 8],
    ["new", 6],
  ] as const)
    await sql(
      `INSERT INTO queue_samples (queue, minute, due, oldest_ms, finished, open_letters) VALUES (:queue, :at, 0, 0, 0, 0)`,
      { queue, at: ago(age) },
    );
  // The last of a tier stays, to say since when there is none.
  for (const [id, tier, age] of [
    ["old", "worker", 2],
    ["new", "worker", 0.9],
    ["last", "web", 2],
  ] as const)
    await sql(
      `INSERT INTO instances (id, instance_id, tier, release_commit, started_at, seen_at) VALUES (:id, :id, :tier, '', :at, :at)`,
      { id, tier, at: ago(age) },
    );
  for (const [subject, age] of [
    ["old", 91],
    ["new", 89],
    ["open", null],
  ] as const)
    await sql(
      `INSERT INTO incidents (alarm, subject, value, worst, begun_at, raised_at, opened_at, closed_at)
        VALUES ('other', :subject, 1, 1, :at, :at, :at, :closedAt)`,
      { subject, at: ago(400), closedAt: age === null ? null : ago(age) },
    );

  for (const [message, age] of [
    ["old", 91],
    ["new", 89],
    ["open", null],
  ] as const) {
    const state = age === null ? "open" : "redriven";
    await sql(
      `INSERT INTO dead_letters (sqs_message_id, queue, error_name, error_message, cause, attempts, state, created_at, closed_at)
        VALUES (:message, 'mail', 'Error', 'No', 'c', '[]', :state, :at, :closedAt)`,
      { message, state, at: ago(400), closedAt: age === null ? null : ago(age) },
    );
    const sentBack = "SELECT 1, id, 1 FROM dead_letters WHERE sqs_message_id = :message";
    await sql(`INSERT INTO redrive_run_letters ${sentBack}`, { message });
  }

  await using worker = await crew.worker();
  await fire(worker, "purge", crew.clock.now());
  await expect.poll(() => jobsOf(crew.db, "purge")).toMatchObject([{ state: "done" }]);

  expect(await oldJobs()).toHaveLength(2);
  expect(await left("tokens", "LEFT(hash, 3)")).toEqual(["new"]);
  expect((await left("schedule_ticks", "task")).toSorted()).toEqual(["new", "purge"]);
  expect(await left("schedule_tasks", "task")).not.toContain("old");
  expect(await left("schedule_tasks", "task")).toContain("new");
  expect(await left("notifications", "group_key")).toEqual(["new", "unread"]);
  expect(await left("comments", "body")).toEqual(["new", "there"]);
  expect(await left("push_messages", "event")).toEqual(["new", "waiting"]);
  expect(await left("queue_samples", "queue")).toContain("new");
  expect(await left("queue_samples", "queue")).not.toContain("old");
  expect((await left("instances", "instance_id")).toSorted()).toEqual(["last", "new", "worker-1"]);
  expect(await left("incidents", "subject")).toEqual(expect.arrayContaining(["new", "open"]));
  expect(await left("incidents", "subject")).not.toContain("old");
  expect(await left("dead_letters", "sqs_message_id")).toEqual(["new", "open"]);
  expect(await left("redrive_run_letters", "run_id")).toEqual(["1", "1"]);
});

test("more than a batch goes in further jobs, until all is gone", async () => {
  await finished(2_500, 30);
  await using worker = await crew.worker();
  await fire(worker, "purge", crew.clock.now());
  await expect.poll(oldJobs).toEqual([]);
  await expect
    .poll(() => jobsOf(crew.db, "purge"))
    .toMatchObject([{ state: "done" }, { state: "done" }, { state: "done" }]);
});

test("two ticks at a time get in nobody's way", async () => {
  await finished(1_500, 30);
  await using worker = await crew.worker();
  await Promise.all([fire(worker, "purge", crew.clock.now()), fire(worker, "purge", ago(1))]);
  await expect.poll(oldJobs).toEqual([]);
  await expect
    .poll(async () => (await jobsOf(crew.db, "purge")).every(({ state }) => state === "done"))
    .toBe(true);
});
