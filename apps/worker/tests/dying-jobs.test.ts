import { findJob, findLettersOfJob, type DatabaseConnection } from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { quadrants } from "@tendril/dev-env/album";
import { connectQueues, createDispatcher, createOutbox } from "@tendril/jobs";
import { redriveLetters } from "@tendril/operations";
import { createLogger, systemClock } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { bucketKeys, openDatabase, rowOf, rows, signedUp, statusOf, upload } from "./_uploads.ts";

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

/** A photo that waits while no worker runs, and its job. */
async function waitingPhoto(name: string) {
  const person = await signedUp(env, name);
  await env.drain();
  await env.worker.stop();
  const bytes = await quadrants({ width: 60, height: 40 }).jpeg().toBuffer();
  const slug = await upload(env, person, { fileName: "a.jpg", bytes });
  const sql = "SELECT id FROM jobs WHERE name = 'process-photo' ORDER BY id DESC LIMIT 1";
  const [job] = await rows(db, z.object({ id: z.string() }), sql);
  return { person, slug, jobId: job?.id ?? "" };
}

const lettersOf = (jobId: string) =>
  rows(
    db,
    z.object({ error_message: z.string() }),
    "SELECT error_message FROM dead_letters WHERE job_id = :jobId",
    { jobId },
  );

test("a payload that does not fit any more dies at once, with its reason", async () => {
  const { slug, jobId } = await waitingPhoto("ida");
  await db.sequelize.query("UPDATE jobs SET payload = :payload WHERE id = :jobId", {
    replacements: { jobId, payload: '{"photo":"by another name"}' },
  });
  await env.worker.start();
  await env.drain();
  const reason = expect.stringContaining("The payload does not fit process-photo");
  expect(await findJob(db, jobId)).toMatchObject({ state: "dead", attempts: 1, lastError: reason });
  expect(await lettersOf(jobId)).toEqual([{ error_message: reason }]);
  // Whom it was about cannot be read from it.
  expect((await rowOf(db, slug)).status).toBe("processing");
});

test("a job whose worker died at every attempt is given up, and its photo's owner is told", async () => {
  const { person, slug, jobId } = await waitingPhoto("oskar");
  await db.sequelize.query(
    `UPDATE jobs SET attempts = 5, state = 'running', lease_until = NOW(3) - INTERVAL 1 HOUR
      WHERE id = :jobId`,
    { replacements: { jobId } },
  );
  await env.worker.start();
  await env.drain();
  expect(await findJob(db, jobId)).toMatchObject({
    state: "dead",
    lastError: expect.stringMatching(/died/),
  });
  expect(await lettersOf(jobId)).toHaveLength(1);
  const { status, reason } = await statusOf(person, slug);
  expect(status).toBe("failed");
  expect(reason).toContain("We could not make this picture ready");
  expect(await bucketKeys(env, `photos/${(await rowOf(db, slug)).fileKey}/`)).toEqual([]);

  // Sent back by an operator, it finds its work as it was.
  const [letter] = await findLettersOfJob(db, jobId);
  const logger = createLogger({ level: "silent", tier: "ops", instance: "test" });
  using queues = connectQueues({
    region: env.environment["AWS_REGION"] ?? "",
    prefix: env.space.name,
  });
  await using dispatcher = createDispatcher({ db, queues, clock: systemClock, logger });
  const outbox = createOutbox(dispatcher, systemClock);
  const context = { db, queues, outbox, clock: systemClock };
  const operator = { userId: null, name: "ada" };
  expect(await redriveLetters(context, operator, [letter?.id ?? 0], "more memory")).toMatchObject({
    sent: [{ jobId, generation: 1 }],
    left: [],
  });
  await env.drain();
  expect((await statusOf(person, slug)).status).toBe("ready");
});

test("while S3 is away a photo waits at no charge", { timeout: 60_000 }, async () => {
  const { slug, jobId } = await waitingPhoto("lena");
  await env.stop("s3");
  await env.worker.start();
  await expect
    .poll(() => findJob(db, jobId), { timeout: 15_000 })
    .toMatchObject({ state: "queued", attempts: 0, lastError: expect.stringMatching(/store/) });
  await env.resume("s3");
  await env.drain();
  expect((await rowOf(db, slug)).status).toBe("ready");
  expect(await findJob(db, jobId)).toMatchObject({ state: "done", attempts: 1 });
});
