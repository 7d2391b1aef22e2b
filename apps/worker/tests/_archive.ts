import type { DatabaseConnection } from "@tendril/database";
import type { TestEnv } from "@tendril/dev-env";
import { expect } from "vitest";
import { z } from "zod";

import { enqueue } from "./_jobs.ts";
import { rows, statusOf, upload, type Person } from "./_uploads.ts";

/** Sends a photo and waits until it is in the gallery. */
export async function publish(env: TestEnv, person: Person, bytes: Buffer): Promise<string> {
  const slug = await upload(env, person, { fileName: "harbour at dawn.jpg", bytes });
  await expect
    .poll(() => statusOf(person, slug), { timeout: 20_000 })
    .toMatchObject({
      status: "ready",
    });
  return slug;
}

/** As the bucket's lifecycle rule does after some months. */
export const archive = (env: TestEnv, slug: string) =>
  env.space.glacier.archive(`originals/${slug}`);

/** What S3 does in some hours. */
export const bringBack = (env: TestEnv, slug: string) =>
  env.space.glacier.finish(`originals/${slug}`);

const jobRow = z.object({
  id: z.string(),
  state: z.string(),
  attempts: z.number(),
  payload: z.string(),
  lastError: z.string().nullable(),
});
export type SeenJob = z.output<typeof jobRow>;

/** All jobs of that name there ever were for a photo, oldest first. */
export function jobsOf(db: DatabaseConnection, name: string, photoId: number): Promise<SeenJob[]> {
  const sql = `SELECT id, state, attempts, payload, last_error AS lastError FROM jobs
                WHERE name = :name AND JSON_VALUE(payload, '$.photoId') = :photoId ORDER BY id`;
  return rows(db, jobRow, sql, { name, photoId });
}

let lastTick = 0;

/** No two ticks of a file are of the same time, so that each is told from the others. */
function nextTick(): string {
  lastTick = Math.max(Date.now(), lastTick + 1);
  return new Date(lastTick).toISOString();
}

/** A timed task once, to its end. */
export async function tick(
  env: TestEnv,
  db: DatabaseConnection,
  name: "check-restores" | "sweep-uploads",
): Promise<void> {
  const scheduledAt = nextTick();
  await enqueue(env, db, name, [{ scheduledAt }]);
  const sql = `SELECT state FROM jobs WHERE name = :name
                AND JSON_VALUE(payload, '$.scheduledAt') = :scheduledAt`;
  const states = async () =>
    (await rows(db, z.object({ state: z.string() }), sql, { name, scheduledAt })).map(
      ({ state }) => state,
    );
  await expect.poll(states, { timeout: 20_000 }).toEqual(["done"]);
}

export const checkRestores = (env: TestEnv, db: DatabaseConnection) =>
  tick(env, db, "check-restores");

/** What the owner is told of it in the gallery itself. */
export async function told(db: DatabaseConnection, photoId: number): Promise<string[]> {
  const row = z.object({ groupKey: z.string() });
  const sql = `SELECT group_key AS groupKey FROM notifications
                WHERE photo_id = :photoId AND kind = 'original' AND actor_id IS NULL`;
  return (await rows(db, row, sql, { photoId })).map(({ groupKey }) => groupKey);
}
