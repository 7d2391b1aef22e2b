import { readFile } from "node:fs/promises";

import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";

import { incomingKey, originalKey, variantKey, variantsFolder } from "./keys.ts";
import { isMissing, reach, type Storage } from "./storage.ts";
import { variantNames, type Size } from "./variants.ts";

/** A day: a narrowed or deleted photo's files are removed, and caches forget them by then at the latest. */
const variantCacheControl = "public, max-age=86400";

export async function putVariant(
  storage: Storage,
  fileKey: string,
  variant: { name: string; contentType: string; path: string },
): Promise<void> {
  await reach(
    storage.s3.send(
      new PutObjectCommand({
        Bucket: storage.bucket,
        Key: variantKey(fileKey, variant.name),
        Body: await readFile(variant.path),
        ContentType: variant.contentType,
        CacheControl: variantCacheControl,
      }),
    ),
  );
}

/** Puts a photo's files under another key. False when one of them is not there any more. Fine to repeat. */
export async function copyVariants(
  storage: Storage,
  { from, to, photo }: { from: string; to: string; photo: Size },
  abortSignal: AbortSignal,
): Promise<boolean> {
  const copy = (name: string) =>
    new CopyObjectCommand({
      Bucket: storage.bucket,
      Key: variantKey(to, name),
      CopySource: `${storage.bucket}/${variantKey(from, name)}`,
    });
  try {
    const copies = variantNames(photo).map((name) => storage.s3.send(copy(name), { abortSignal }));
    // None is on its way any more when this ends.
    await Promise.allSettled(copies);
    await reach(Promise.all(copies));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

export function variantUrl(
  storage: Pick<Storage, "cdnBaseUrl">,
  fileKey: string,
  variant: string,
): string {
  return `${storage.cdnBaseUrl}/${variantKey(fileKey, variant)}`;
}

/** Removes a photo's variants, and with `original` all else that there is of it. Fine to repeat. */
export async function deletePhotoFiles(
  storage: Storage,
  { slug, fileKey, original }: { slug: string; fileKey: string; original: boolean },
  signal: AbortSignal,
): Promise<void> {
  const Bucket = storage.bucket;
  const list = new ListObjectsV2Command({ Bucket, Prefix: variantsFolder(fileKey) });
  const variants = await reach(storage.s3.send(list, { abortSignal: signal }));
  const keys = (variants.Contents ?? []).flatMap(({ Key }) => Key ?? []);
  if (original) keys.push(originalKey(slug), incomingKey(slug));
  if (keys.length === 0) return;
  const objects = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
  const command = new DeleteObjectsCommand({ Bucket, Delete: objects });
  const answer = await reach(storage.s3.send(command, { abortSignal: signal }));
  const [kept] = answer.Errors ?? [];
  if (kept) throw new Error(`S3 did not delete ${kept.Key}: ${kept.Message}`);
}
