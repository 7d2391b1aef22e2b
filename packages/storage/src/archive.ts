import {
  HeadObjectCommand,
  InvalidObjectState,
  RestoreObjectCommand,
  S3ServiceException,
} from "@aws-sdk/client-s3";

import { originalKey } from "./keys.ts";
import { isMissing, reach, type Storage } from "./storage.ts";

/** Classes whose objects have to be restored before they can be read; Instant Retrieval is none of them. */
export type ArchiveClass = "GLACIER" | "DEEP_ARCHIVE";

export type OriginalState =
  /** `until`: it is a restored copy, and after that time it has to be asked for again. */
  | { kind: "readable"; until: Date | null }
  | { kind: "archived"; archiveClass: ArchiveClass; restoring: boolean }
  | { kind: "missing" };

/** How long a restored copy can be read. Counted by S3 from its arrival, up to the next midnight (UTC). */
export const restoredDays = 7;

const readRestore = (header = "") => ({
  restoring: /ongoing-request="true"/.test(header),
  until: /ongoing-request="false", expiry-date="([^"]+)"/.exec(header)?.[1],
});

/** Where the lifecycle rule of the bucket has put it, and whether it can be read now. */
export async function lookAtOriginal(
  storage: Storage,
  slug: string,
  options: { abortSignal?: AbortSignal } = {},
): Promise<OriginalState> {
  const command = new HeadObjectCommand({ Bucket: storage.bucket, Key: originalKey(slug) });
  try {
    const head = await reach(storage.s3.send(command, options));
    const { restoring, until } = readRestore(head.Restore);
    const archiveClass = head.StorageClass;
    if (archiveClass !== "GLACIER" && archiveClass !== "DEEP_ARCHIVE")
      return { kind: "readable", until: null };
    return until === undefined
      ? { kind: "archived", archiveClass, restoring }
      : { kind: "readable", until: new Date(until) };
  } catch (error) {
    if (isMissing(error)) return { kind: "missing" };
    throw error;
  }
}

/** Asks S3 for a copy that can be read, by the tier that takes some hours. Fine to repeat: asking for what is on its way is one request. */
export async function restoreOriginal(
  storage: Storage,
  slug: string,
  abortSignal: AbortSignal,
): Promise<void> {
  const command = new RestoreObjectCommand({
    Bucket: storage.bucket,
    Key: originalKey(slug),
    RestoreRequest: { Days: restoredDays, GlacierJobParameters: { Tier: "Standard" } },
  });
  try {
    await reach(storage.s3.send(command, { abortSignal }));
  } catch (error) {
    if (!isMissing(error) && !isOnItsWay(error) && !isArchived(error)) throw error;
  }
}

const isOnItsWay = (error: unknown) =>
  error instanceof S3ServiceException && error.name === "RestoreAlreadyInProgress";

/** S3's word for a wrong class: to read what is archived, and to restore what is not. */
export const isArchived = (error: unknown) =>
  error instanceof InvalidObjectState ||
  (error instanceof S3ServiceException && error.name === "InvalidObjectState");
