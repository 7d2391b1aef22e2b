import { update, type Database } from "../database.ts";

/** Clocks of workers differ by less; a turn that lies farther ahead was taken by a clock that jumped. */
const clocksDifferMinutes = 5;

/** True for one of all workers that ask in that minute. */
export async function takeWatchTurn(
  db: Database,
  { minute, worker }: { minute: Date; worker: string },
): Promise<boolean> {
  const sql = `UPDATE watch_turn SET minute = :minute, taken_by = :worker WHERE id = 1
      AND (minute < :minute OR minute > :minute + INTERVAL ${clocksDifferMinutes} MINUTE)`;
  return (await update(db, sql, { minute, worker })) === 1;
}
