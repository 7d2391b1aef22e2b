import { select, update, type Database } from "../database.ts";

/**
 * Tells every instance that what the public sees has changed.
 * The last statement of the transaction that changes it: the row is a lock that all of them share.
 */
export async function bumpGalleryVersion(db: Database): Promise<void> {
  await update(db, "UPDATE gallery_version SET version = version + 1 WHERE id = 1");
}

export async function readGalleryVersion(db: Database): Promise<number> {
  const [row] = await select<{ version: number }>(
    db,
    "SELECT version FROM gallery_version WHERE id = 1",
  );
  if (!row) throw new Error("gallery_version has no row: the migrations did not run");
  return row.version;
}
