import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { cameraPhoto, quadrants } from "@tendril/dev-env/album";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { openDatabase, rows, signedUp, statusOf, upload, type Person } from "./_uploads.ts";

let env: TestEnv;
let ida: Person;
let small: Buffer;
let camera: Buffer;

beforeAll(async () => {
  env = await startTestEnv({ processes: true });
  ida = await signedUp(env, "ida");
  small = await quadrants({ width: 60, height: 40 }).jpeg().toBuffer();
  camera = await cameraPhoto();
  await env.drain();
});
afterAll(() => env?.[Symbol.asyncDispose]());

const job = z.object({ state: z.string(), attempts: z.number() });

/** The newest attempt at a photo, as the ledger has it. */
async function newestJob() {
  await using db = openDatabase(env);
  const sql =
    "SELECT state, attempts FROM jobs WHERE name = 'process-photo' ORDER BY id DESC LIMIT 1";
  return (await rows(db, job, sql))[0];
}

const untilRunning = () =>
  expect.poll(newestJob, { timeout: 10_000, interval: 15 }).toMatchObject({ state: "running" });

const untilReady = (slug: string, timeout: number) =>
  expect
    .poll(async () => (await statusOf(ida, slug)).status, { timeout, interval: 200 })
    .toBe("ready");

test(
  "a photo whose worker was killed in the middle becomes ready after a restart",
  { timeout: 90_000 },
  async () => {
    const slug = await upload(env, ida, { fileName: "a.jpg", bytes: camera });
    await untilRunning();
    await env.worker.kill("SIGKILL");
    expect((await statusOf(ida, slug)).status).toBe("processing");
    await env.worker.start();
    await untilReady(slug, 75_000);
    expect(await newestJob()).toEqual({ state: "done", attempts: 2 });
  },
);

test(
  "a photo becomes ready though the web process was killed right after its answer",
  { timeout: 60_000 },
  async () => {
    const token = `kill-${crypto.randomUUID().slice(0, 18)}`;
    const answer = await ida.postMultipart("/upload", { form_token: token }, [
      { field: "photos", name: "a.jpg", content: new Uint8Array(small) },
    ]);
    await env.web.kill("SIGKILL");
    expect(answer.status).toBe(303);
    await env.web.start();
    const sent = await ida.get(`/upload?form=${token}`);
    const slug = /data-slug="([\w-]+)"/.exec(sent.text)?.[1] ?? "";
    await untilReady(slug, 45_000);
  },
);

test(
  "while SQS is down uploads succeed, and become ready when it is back",
  { timeout: 60_000 },
  async () => {
    await env.stop("sqs");
    const slug = await upload(env, ida, { fileName: "a.jpg", bytes: small });
    expect((await statusOf(ida, slug)).status).toBe("processing");
    expect(await newestJob()).toEqual({ state: "queued", attempts: 0 });
    await env.resume("sqs");
    await untilReady(slug, 45_000);
  },
);

test(
  "a photo becomes ready though the database went away while it was processed",
  { timeout: 90_000 },
  async () => {
    const slug = await upload(env, ida, { fileName: "a.jpg", bytes: camera });
    await untilRunning();
    await env.stop("database");
    expect((await ida.get(`/photos/${slug}`)).status).toBe(503);
    await env.resume("database");
    await untilReady(slug, 75_000);
  },
);

test(
  "a worker that is told to stop ends in time, and its photo is finished or handed back",
  { timeout: 90_000 },
  async () => {
    const slug = await upload(env, ida, { fileName: "a.jpg", bytes: camera });
    await untilRunning();
    // Fails by itself when the worker takes longer than the platform would wait.
    await env.worker.stop();
    expect(["done", "queued"]).toContain((await newestJob())?.state);
    await env.worker.start();
    await untilReady(slug, 45_000);
    expect(await newestJob()).toEqual({ state: "done", attempts: 1 });
  },
);
