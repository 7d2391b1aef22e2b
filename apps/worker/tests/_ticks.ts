import type { DatabaseConnection } from "@tendril/database";
import { z } from "zod";

import { rows } from "./_uploads.ts";

/** Asks a worker as the platform's daemon does. */
export async function fire(
  worker: { url: string },
  task: string,
  scheduledAt: Date | string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const at = typeof scheduledAt === "string" ? scheduledAt : scheduledAt.toISOString();
  const answer = await fetch(`${worker.url}/tasks/${task}`, {
    method: "POST",
    headers: {
      "user-agent": "aws-sqsd/1.1",
      "content-type": "application/json",
      "x-aws-sqsd-taskname": task,
      "x-aws-sqsd-scheduled-at": at,
      ...headers,
    },
  });
  return { status: answer.status, text: await answer.text() };
}

const tick = z.object({
  time: z.string(),
  state: z.string(),
  tries: z.number(),
  instance: z.string().nullable(),
  jobId: z.string().nullable(),
  missedSince: z.date().nullable(),
});

/** As they stand in the table, oldest first. */
export function ticksOf(db: DatabaseConnection, task: string) {
  const sql = `SELECT DATE_FORMAT(scheduled_at, '%m-%d %H:%i') AS time, state, tries, instance, job_id AS jobId,
      missed_since AS missedSince FROM schedule_ticks WHERE task = :task ORDER BY scheduled_at`;
  return rows(db, tick, sql, { task });
}

const job = z.object({ id: z.string(), scheduledAt: z.string(), state: z.string() });

/** The jobs that ticks of the task have made, whatever became of them. */
export function jobsOf(db: DatabaseConnection, task: string) {
  const sql = `SELECT id, state, JSON_VALUE(payload, '$.scheduledAt') AS scheduledAt FROM jobs
    WHERE name = :task ORDER BY scheduledAt, id`;
  return rows(db, job, sql, { task });
}
