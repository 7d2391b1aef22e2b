import { remove, type Database } from "../database.ts";

/** What nobody will ask for any more, of tables that have no other reason to delete. Oldest first, bounded. */
type Purge = (db: Database, before: Date, limit: number) => Promise<number>;

export const purgeBy =
  (table: string, time: string): Purge =>
  (db, before, limit) =>
    remove(db, `DELETE FROM ${table} WHERE ${time} < :before ORDER BY ${time} LIMIT :limit`, {
      before,
      limit,
    });

/** Links that were used stay until they expire: whoever opens one again is told so. */
export const purgeTokens = purgeBy("tokens", "expires_at");

/** As long as the jobs that followed. */
export const purgeTraces = purgeBy("traces", "ended_at");

/** Unread ones stay. */
export const purgeReadNotifications = purgeBy("notifications", "read_at");

/** What is not at its end stays, as nobody may send it twice. */
export const purgePushMessages = purgeBy("push_messages", "ended_at");

export const purgeRemovedComments = purgeBy("comments", "removed_at");
