import { remove, select, type Database } from "../database.ts";

/** Letters that were dealt with before then, oldest first, with the note which run sent them back. */
export async function purgeLetters(
  tx: Database,
  closedBefore: Date,
  limit: number,
): Promise<number> {
  const rows = await select<{ id: number }>(
    tx,
    "SELECT id FROM dead_letters WHERE closed_at < :closedBefore ORDER BY closed_at LIMIT :limit",
    { closedBefore, limit },
  );
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => id);
  await remove(tx, "DELETE FROM redrive_run_letters WHERE letter_id IN (:ids)", { ids });
  return remove(tx, "DELETE FROM dead_letters WHERE id IN (:ids)", { ids });
}
