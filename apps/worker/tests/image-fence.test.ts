import type { DatabaseConnection } from "@tendril/database";
import { startTestEnv, until, type TestEnv } from "@tendril/dev-env";
import { deepPng, quadrants, wildPictures } from "@tendril/dev-env/album";
import { photoFailures } from "@tendril/storage/accepted";
import { readConfig } from "@tendril/worker/config";
import { start } from "@tendril/worker/start";
import { describe, expect, test } from "vitest";

import { imageProcesses, isAlive, stopAtWork } from "./_image-processes.ts";
import { openDatabase, rowOf, signedUp, upload, type Person } from "./_uploads.ts";

const MiB = 1_024 * 1_024;
const seed = 20_261_121;

const smallPhoto = () => quadrants({ width: 60, height: 40 }).jpeg().toBuffer();
const send = async (env: TestEnv, person: Person, bytes: Buffer | Promise<Buffer>) =>
  upload(env, person, { fileName: "picture", bytes: await bytes });
const finished = async (db: DatabaseConnection, slug: string) =>
  until(
    async () => {
      const photo = await rowOf(db, slug);
      return photo.status === "ready" || photo.status === "failed" ? photo : undefined;
    },
    { timeout: 30_000, failure: () => `${slug} has no end` },
  );

test("two hundred awkward pictures leave the worker alive, and each has its end", async () => {
  await using env = await startTestEnv();
  await using db = openDatabase(env);
  const ida = await signedUp(env, "ida");
  const pictures = await wildPictures(seed);
  expect(pictures.length).toBeGreaterThan(200);

  const sent: { name: string; becomes: string; slug: string }[] = [];
  for (const { name, becomes, bytes } of pictures)
    sent.push({ name, becomes, slug: await send(env, ida, bytes) });
  await env.drain(60_000);

  const reasons: readonly string[] = photoFailures.filter((reason) => reason !== "gave-up");
  const surprises: string[] = [];
  for (const { name, becomes, slug } of sent) {
    const { status, failure } = await rowOf(db, slug);
    const ended = status === "ready" || (status === "failed" && reasons.includes(failure ?? ""));
    if (!ended || (becomes !== "either" && becomes !== status))
      surprises.push(`${name}: ${status}, ${failure}`);
  }
  expect(surprises).toEqual([]);
  const last = await send(env, ida, smallPhoto());
  expect(await finished(db, last)).toMatchObject({ status: "ready" });
}, 120_000);

test("a memory bomb fails alone, with its reason, while its neighbour becomes ready", async () => {
  await using env = await startTestEnv({ tiers: ["web"] });
  await using db = openDatabase(env);
  const ida = await signedUp(env, "ida");
  const bomb = await send(env, ida, deepPng(10_000, 10_000, { interlaced: true }));
  const neighbours = [];
  for (let photo = 0; photo < 5; photo++) neighbours.push(await send(env, ida, smallPhoto()));

  const imageLimits = { slots: 2, shareBytes: 200 * MiB, aloneBytes: 300 * MiB };
  const config = { ...readConfig(env.environment), port: 0 };
  await using _worker = await start(config, { imageLimits });
  for (const slug of neighbours)
    expect(await finished(db, slug)).toMatchObject({ status: "ready" });
  expect(await finished(db, bomb)).toMatchObject({ status: "failed", failure: "too-demanding" });
}, 60_000);

// They look for its children in /proc.
describe.runIf(process.platform === "linux")("a worker that is a process of its own", () => {
  test("tries a photo again whose image process somebody killed", async () => {
    await using env = await startTestEnv({ processes: true });
    await using db = openDatabase(env);
    const ida = await signedUp(env, "ida");
    const first = await send(env, ida, smallPhoto());
    expect(await finished(db, first)).toMatchObject({ status: "ready" });
    // It rests now, and the next photo is its own.
    const [victim = ""] = imageProcesses(env);
    const large = quadrants({ width: 6_000, height: 5_000 }).png().toBuffer();
    const [slug] = await Promise.all([send(env, ida, large), stopAtWork(victim)]);
    process.kill(Number(victim), "SIGKILL");
    expect(await finished(db, slug)).toMatchObject({ status: "ready" });
    const [jobs] = await db.sequelize.query(
      "SELECT attempts FROM jobs WHERE name = 'process-photo' ORDER BY id",
    );
    expect(jobs).toEqual([{ attempts: 1 }, { attempts: 2 }]);
  }, 60_000);

  test("leaves no image process when it is killed, nor when it is stopped", async () => {
    await using env = await startTestEnv({ processes: true });
    await using db = openDatabase(env);
    const ida = await signedUp(env, "ida");
    const first = await send(env, ida, smallPhoto());
    expect(await finished(db, first)).toMatchObject({ status: "ready" });
    const orphans = imageProcesses(env);
    expect(orphans).not.toEqual([]);
    await env.worker.kill("SIGKILL");
    await expect.poll(() => orphans.filter(isAlive), { timeout: 5_000 }).toEqual([]);

    await env.worker.start();
    const second = await send(env, ida, smallPhoto());
    expect(await finished(db, second)).toMatchObject({ status: "ready" });
    const children = imageProcesses(env);
    expect(children).not.toEqual([]);
    await env.worker.stop();
    expect(children.filter(isAlive)).toEqual([]);
  }, 60_000);
});
