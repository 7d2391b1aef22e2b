import type { DatabaseConnection } from "@tendril/database";
import { z } from "zod";

import { rows } from "./_uploads.ts";

const job = z.object({ state: z.string(), attempts: z.number(), run_at: z.date() });

/** The jobs that send a mail, oldest first. */
export function findJobsOfMail(db: DatabaseConnection, emailId: number) {
  const sql = `SELECT state, attempts, run_at FROM jobs
    WHERE name = 'send-email' AND payload = :payload ORDER BY id`;
  return rows(db, job, sql, { payload: JSON.stringify({ emailId }) });
}
