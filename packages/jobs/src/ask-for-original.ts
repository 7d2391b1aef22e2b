import { requestRestore, type Database, type RestorePurpose } from "@tendril/database";

import type { Outbox } from "./outbox.ts";

export type OriginalWish = {
  photo: { id: number; userId: number };
  purpose: RestorePurpose;
  at: Date;
  trace: string;
};

/** Notes the wish for an archived original, and the job that takes it to S3. Asking twice is one request: false then. */
export async function askForOriginal(
  outbox: Outbox,
  tx: Database,
  { photo, purpose, at, trace }: OriginalWish,
): Promise<boolean> {
  if (!(await requestRestore(tx, photo.id, purpose, at))) return false;
  const { id, userId } = photo;
  const options = { fairnessGroup: `user-${userId}`, trace, requestedBy: userId };
  await outbox.enqueue(tx, "restore-original", { photoId: id }, options);
  return true;
}
