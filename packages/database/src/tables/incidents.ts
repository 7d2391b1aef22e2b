import { insert, remove, select, update, type Database } from "../database.ts";
import { purgeBy } from "./purges.ts";

/** Something that is wrong, from when it was first seen until it has been well for a while. */
export type IncidentRow = {
  id: number;
  alarm: string;
  /** Which queue or task it is about; empty for the whole. */
  subject: string;
  /** At the last look, and the worst of all; what it measures depends on the alarm. */
  value: number;
  worst: number;
  /** Since when it has been wrong at every look. */
  begunAt: Date;
  /** The last look at which it was wrong. */
  raisedAt: Date;
  /** When people were told; null while it may yet pass. */
  openedAt: Date | null;
  closedAt: Date | null;
};

type Key = Pick<IncidentRow, "alarm" | "subject">;

const columns = `id, alarm, subject, value, worst, begun_at AS begunAt, raised_at AS raisedAt,
  opened_at AS openedAt, closed_at AS closedAt`;

/** Those that are not over, also those that nobody was told of yet. Locked: rounds of two workers go one by one. */
export function lockActiveIncidents(tx: Database): Promise<IncidentRow[]> {
  return select(
    tx,
    `SELECT ${columns} FROM incidents WHERE active_key IS NOT NULL ORDER BY id FOR UPDATE`,
  );
}

/** One of each kind can be active; does nothing when somebody was faster. */
export async function insertIncident(
  tx: Database,
  { alarm, subject, value }: Key & { value: number },
  now: Date,
): Promise<void> {
  const sql = `INSERT IGNORE INTO incidents (alarm, subject, active_key, value, worst, begun_at, raised_at)
    VALUES (:alarm, :subject, :key, :value, :value, :now, :now)`;
  await insert(tx, sql, { alarm, subject, key: `${alarm}:${subject}`, value, now });
}

/** `raised`: it was wrong at this look, too. */
export async function noteIncidentValue(
  tx: Database,
  id: number,
  { value, raised }: { value: number; raised: boolean },
  now: Date,
): Promise<void> {
  const sql = `UPDATE incidents SET value = :value, worst = GREATEST(worst, :value),
      raised_at = IF(:raised, :now, raised_at) WHERE id = :id`;
  await update(tx, sql, { id, value, raised, now });
}

export async function openIncidents(
  tx: Database,
  ids: readonly number[],
  now: Date,
): Promise<void> {
  if (ids.length === 0) return;
  await update(tx, "UPDATE incidents SET opened_at = :now WHERE id IN (:ids)", { ids, now });
}

export async function closeIncidents(
  tx: Database,
  ids: readonly number[],
  now: Date,
): Promise<void> {
  if (ids.length === 0) return;
  const sql = "UPDATE incidents SET closed_at = :now, active_key = NULL WHERE id IN (:ids)";
  await update(tx, sql, { ids, now });
}

/** They passed before anybody was told. */
export async function dropIncidents(tx: Database, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await remove(tx, "DELETE FROM incidents WHERE id IN (:ids)", { ids });
}

export function findIncidents(db: Database, ids: readonly number[]): Promise<IncidentRow[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return select(db, `SELECT ${columns} FROM incidents WHERE id IN (:ids) ORDER BY id`, { ids });
}

/** Those that people were told of and that are not over, newest first. */
export function findOpenIncidents(db: Database, limit: number): Promise<IncidentRow[]> {
  const sql = `SELECT ${columns} FROM incidents WHERE active_key IS NOT NULL AND opened_at IS NOT NULL
    ORDER BY id DESC LIMIT :limit`;
  return select(db, sql, { limit });
}

/** Over by now, newest first. */
export function findPastIncidents(db: Database, limit: number): Promise<IncidentRow[]> {
  const sql = `SELECT ${columns} FROM incidents WHERE closed_at IS NOT NULL
    ORDER BY closed_at DESC LIMIT :limit`;
  return select(db, sql, { limit });
}

export const purgeIncidents = purgeBy("incidents", "closed_at");
