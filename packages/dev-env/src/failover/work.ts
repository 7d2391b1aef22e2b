import type { Database } from "@tendril/database";
import { z } from "zod";

/** Jobs that are due, and mails that are not handed over. */
export type Work = { jobs: number; mails: number };

const counted = z.tuple([z.object({ count: z.coerce.number() })]);

/** What was begun before that moment, or before now, and has no end yet. What is planned for later is no part of it. */
export async function countWork(db: Database, before = new Date()): Promise<Work> {
  const count = async (sql: string) => {
    const [rows] = await db.sequelize.query(sql, { replacements: { before } });
    return counted.parse(rows)[0].count;
  };
  return {
    jobs: await count(
      `SELECT COUNT(*) AS count FROM jobs
        WHERE state IN ('queued', 'running') AND created_at <= :before
          AND (claims > 0 OR run_at <= :before) AND name <> 'tell-notification'`,
    ),
    mails: await count(
      `SELECT COUNT(*) AS count FROM email_messages
        WHERE status IN ('waiting', 'sending') AND created_at <= :before`,
    ),
  };
}
