import { takeUpPhoto, takeUpRestore, type Database } from "@tendril/database";

import { decodePayload, isJobName, type JobName, type JobPayload } from "./catalogue.ts";

/** What `giveUp` of a handler said to others is taken back when the job is sent back: else it would find nothing to do. */
const takeUps: {
  [Name in JobName]?: (tx: Database, payload: JobPayload<Name>) => Promise<unknown>;
} = {
  "process-photo": (tx, { photoId }) => takeUpPhoto(tx, photoId, "gave-up"),
  "move-photo-files": (tx, { photoId }) => takeUpPhoto(tx, photoId, "gave-up"),
  async "restore-original"(tx, { photoId }) {
    if ((await takeUpRestore(tx, photoId)) === "processing")
      await takeUpPhoto(tx, photoId, "gave-up");
  },
};

/** For the transaction in which the job is sent back. */
export async function takeUp(tx: Database, name: string, payload: string): Promise<void> {
  if (isJobName(name)) await takeUpNamed(tx, name, payload);
}

async function takeUpNamed<Name extends JobName>(
  tx: Database,
  name: Name,
  json: string,
): Promise<void> {
  const undo = takeUps[name];
  if (!undo) return;
  let payload: JobPayload<Name>;
  try {
    payload = decodePayload(name, json);
  } catch {
    // Then nothing was said to anybody either.
    return;
  }
  await undo(tx, payload);
}
