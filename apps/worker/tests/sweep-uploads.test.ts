import { findForgottenPhotos } from "@tendril/database";
import { hours } from "@tendril/runtime";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";

import { openCrew, type Crew } from "./_crew.ts";
import { fire, jobsOf } from "./_ticks.ts";
import { rows } from "./_uploads.ts";

let crew: Crew;
let worker: { url: string } & AsyncDisposable;

beforeEach(async () => {
  crew = await openCrew();
  await crew.db.sequelize.query(
    `INSERT INTO users (id, username, email, password_hash, display_name, created_at)
      VALUES (1, 'ida', 'ida@example.com', 'x', 'Ida', NOW(3))`,
  );
  worker = await crew.worker();
});
afterEach(async () => {
  await worker?.[Symbol.asyncDispose]();
  await crew?.[Symbol.asyncDispose]();
});

/** Photos that were begun three hours ago and never heard of again. */
async function forgotten(count: number, status = "uploading"): Promise<void> {
  const at = new Date(crew.clock.now().getTime() - hours(3));
  await crew.db.sequelize.query(
    `INSERT INTO photos (slug, user_id, status, visibility, caption, alt, credit, file_name, file_key, form_token,
        position, created_at)
      SELECT CONCAT('slug', seq), 1, :status, 'public', '', '', '', '', CONCAT('key', seq), 'form', seq, :at
        FROM seq_1_to_${count}`,
    { replacements: { at, status } },
  );
}

async function statuses(): Promise<Record<string, number>> {
  const row = z.object({ status: z.string(), count: z.number() });
  const found = await rows(
    crew.db,
    row,
    "SELECT status, COUNT(*) AS count FROM photos GROUP BY status",
  );
  return Object.fromEntries(found.map(({ status, count }) => [status, count]));
}

test("more uploads than one pass settles are settled in further jobs", async () => {
  await forgotten(60);
  await fire(worker, "sweep-uploads", crew.clock.now());
  await expect.poll(statuses, { timeout: 25_000 }).toEqual({ failed: 60 });
  await expect
    .poll(() => jobsOf(crew.db, "sweep-uploads"))
    .toMatchObject([{ state: "done" }, { state: "done" }]);
});

test("while S3 is away nothing is taken for lost; the sweep goes on when it is back", async () => {
  await forgotten(3);
  await crew.env.stop("s3");
  await fire(worker, "sweep-uploads", crew.clock.now());
  await expect
    .poll(
      async () => (await crew.row((await jobsOf(crew.db, "sweep-uploads"))[0]?.id ?? "")).claims,
    )
    .toBeGreaterThan(0);
  expect(await statuses()).toEqual({ uploading: 3 });
  await crew.env.resume("s3");
  await expect.poll(statuses, { timeout: 25_000 }).toEqual({ failed: 3 });
  const [job] = await jobsOf(crew.db, "sweep-uploads");
  await expect.poll(() => crew.row(job?.id ?? "")).toMatchObject({ state: "done", attempts: 1 });
});

test("behind a long backlog those photos are found for which no job waits", async () => {
  await worker[Symbol.asyncDispose]();
  await forgotten(4_000, "processing");
  await crew.db.sequelize.query(
    `INSERT INTO jobs (id, name, version, queue, payload, fairness_group, trace, history, created_at, run_at)
      SELECT UUID(), IF(id % 2, 'process-photo', 'move-photo-files'), 1, 'media',
          IF(id % 2, JSON_COMPACT(JSON_OBJECT('photoId', id)), JSON_COMPACT(JSON_OBJECT('photoId', id, 'from', 'x'))),
          'test', 'test', '[]', created_at, created_at
        FROM photos WHERE slug NOT IN ('slug9', 'slug3999')`,
  );
  const lost = await findForgottenPhotos(crew.db, crew.clock.now(), 50);
  expect(lost.map(({ slug }) => slug)).toEqual(["slug9", "slug3999"]);
});
