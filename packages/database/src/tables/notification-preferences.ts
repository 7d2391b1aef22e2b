import { select, update, type Database } from "../database.ts";
import type { NotificationKind } from "./notifications.ts";

/** Ways of telling besides the gallery itself, where everything is told. */
export const channels = ["mail", "push"] as const;
export type Channel = (typeof channels)[number];

export type Preference = { kind: NotificationKind; channel: Channel; wanted: boolean };

/** What a person has said; about all else the defaults hold. */
export async function findPreferences(db: Database, userId: number): Promise<Preference[]> {
  const rows = await select<Omit<Preference, "wanted"> & { wanted: number }>(
    db,
    "SELECT kind, channel, wanted FROM notification_preferences WHERE user_id = :userId",
    { userId },
  );
  return rows.map((row) => ({ ...row, wanted: row.wanted === 1 }));
}

export async function setPreference(
  db: Database,
  userId: number,
  kind: NotificationKind,
  channel: Channel,
  wanted: boolean,
): Promise<void> {
  const sql = `INSERT INTO notification_preferences (user_id, kind, channel, wanted)
                VALUES (:userId, :kind, :channel, :wanted) ON DUPLICATE KEY UPDATE wanted = VALUES(wanted)`;
  await update(db, sql, { userId, kind, channel, wanted: wanted ? 1 : 0 });
}
