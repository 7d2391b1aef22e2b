import { insert, remove, select, update, type Database } from "../database.ts";

export type Tier = "web" | "worker";

/** A process of a tier that says every few seconds that it is there. */
export type InstanceRow = {
  /** Of the process: an instance that starts again has another one. */
  id: string;
  instanceId: string;
  tier: Tier;
  commit: string;
  commitTime: Date | null;
  /** How slow it is on purpose. */
  simulatedLatencyMs: number;
  startedAt: Date;
  seenAt: Date;
  /** When it was told to stop; null for one that runs, and for one that went without a word. */
  stoppedAt: Date | null;
};

export type NewInstance = Omit<InstanceRow, "seenAt" | "stoppedAt">;

const columns = `id, instance_id AS instanceId, tier, release_commit AS \`commit\`, release_time AS commitTime,
  simulated_latency_ms AS simulatedLatencyMs, started_at AS startedAt, seen_at AS seenAt, stopped_at AS stoppedAt`;

export async function noteInstance(db: Database, row: NewInstance, now: Date): Promise<void> {
  const sql = `INSERT INTO instances
      (id, instance_id, tier, release_commit, release_time, simulated_latency_ms, started_at, seen_at)
    VALUES (:id, :instanceId, :tier, :commit, :commitTime, :simulatedLatencyMs, :startedAt, :now)
    ON DUPLICATE KEY UPDATE seen_at = :now`;
  await insert(db, sql, { ...row, now });
}

export async function noteInstanceStopped(db: Database, id: string, now: Date): Promise<void> {
  const sql = "UPDATE instances SET stopped_at = :now, seen_at = :now WHERE id = :id";
  await update(db, sql, { id, now });
}

/** Newest first within each tier, those that are gone among them. */
export function findInstances(
  db: Database,
  seenSince: Date,
  limit: number,
): Promise<InstanceRow[]> {
  const sql = `SELECT ${columns} FROM instances WHERE seen_at >= :seenSince
    ORDER BY tier, started_at DESC, id LIMIT :limit`;
  return select(db, sql, { seenSince, limit });
}

/** By tier: how many are alive, and when the last of them all was seen. A tier that never was is missing. */
export function countInstances(
  db: Database,
  aliveSince: Date,
): Promise<{ tier: Tier; alive: number; lastSeenAt: Date }[]> {
  return select(
    db,
    `SELECT tier, COUNT(IF(stopped_at IS NULL AND seen_at >= :aliveSince, 1, NULL)) AS alive,
        MAX(seen_at) AS lastSeenAt
      FROM instances GROUP BY tier`,
    { aliveSince },
  );
}

/** The last of each tier stays: it says since when nobody is there. */
export function purgeInstances(db: Database, seenBefore: Date, limit: number): Promise<number> {
  const sql = `DELETE FROM instances WHERE seen_at < :seenBefore
      AND seen_at < (SELECT MAX(later.seen_at) FROM instances later WHERE later.tier = instances.tier)
    ORDER BY seen_at LIMIT :limit`;
  return remove(db, sql, { seenBefore, limit });
}
