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

/** Uploads that were begun three hours ago and never heard of again. */
async function forgotten(count: number): Promise<void> {
  const at = new Date(crew.clock.now().getTime() - hours(3));
  await crew.db.sequelize.query(
    `INSERT INTO photos (slug, user_id, status, visibility, caption, alt, credit, file_name, file_key, form_token,
        position, created_at)
      SELECT CONCAT('slug', seq), 1, 'uploading', 'public', '', '', '', '', CONCAT('key', seq), 'form', seq, :at
        FROM seq_1_to_${count}`,
    { replacements: { at } },
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
