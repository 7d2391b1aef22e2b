import { transaction, type PhotoRow } from "@tendril/database";
import { askForOriginal } from "@tendril/jobs";
import { ConflictError, NotFoundError } from "@tendril/runtime";
import {
  lookAtOriginal,
  originalDownloadUrl,
  type ArchiveClass,
  type OriginalState,
} from "@tendril/storage";

import type { WebContext } from "../context.ts";
import { ownPhoto, type Owner } from "./owner.ts";

export type Original =
  | { kind: "there"; url: string }
  | { kind: "archived"; photo: PhotoRow; archiveClass: ArchiveClass };

/** Where the owner gets the file as it came; or that it has to be fetched from the archive first. */
export async function openOriginal(
  context: WebContext,
  owner: Owner,
  slug: string,
): Promise<Original> {
  const { photo, original } = await look(context, owner, slug);
  if (original.kind === "archived")
    return { kind: "archived", photo, archiveClass: original.archiveClass };
  return { kind: "there", url: await originalDownloadUrl(context.storage, slug, photo.fileName) };
}

export type Wish = { state: "requested" } | { state: "available"; until: Date | null };

/** Asks for the original to be fetched from the archive. Asking twice is one request. */
export async function wishForOriginal(
  context: WebContext,
  owner: Owner,
  slug: string,
  trace: string,
): Promise<Wish> {
  const { photo, original } = await look(context, owner, slug);
  if (original.kind === "readable") return { state: "available", until: original.until };
  const wish = { photo, purpose: "download" as const, at: context.clock.now(), trace };
  await transaction(context.db, (tx) => askForOriginal(context.outbox, tx, wish));
  return { state: "requested" };
}

type Found = { photo: PhotoRow; original: Exclude<OriginalState, { kind: "missing" }> };

/** The bucket's lifecycle moves originals without telling anybody: S3 is asked each time. */
async function look(context: WebContext, owner: Owner, slug: string): Promise<Found> {
  const photo = await ownPhoto(context.db, owner, slug);
  if (photo.status !== "ready")
    throw new ConflictError("This photo is not ready yet. Try again when it is.");
  const original = await lookAtOriginal(context.storage, slug);
  if (original.kind !== "missing") return { photo, original };
  context.logger.error({ photo: photo.id }, "the original of a photo that is shown is missing");
  throw new NotFoundError("The original of this photo is not here any more. We have noted it.");
}
