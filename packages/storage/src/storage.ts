import { createReadStream, createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NotFound,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { UnavailableError } from "@tendril/runtime";

import type { StorageConfig } from "./config.ts";
import { incomingKey, originalKey, variantKey, variantsFolder } from "./keys.ts";

export type Storage = StorageConfig & { s3: S3Client };

/** A browser has this long to begin its upload with one policy. */
const policySeconds = 600;

/** A day: a narrowed or deleted photo's files are removed, and caches forget them by then at the latest. */
const variantCacheControl = "public, max-age=86400";

export function connectStorage(config: StorageConfig): Storage & Disposable {
  const s3 = new S3Client({
    region: config.region,
    maxAttempts: config.tries,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 20_000 },
  });
  return { ...config, s3, [Symbol.dispose]: () => s3.destroy() };
}

export type UploadPolicy = { url: string; fields: Record<string, string> };

/** Lets a browser send one file straight to S3: this key, this size at the most, ten minutes. */
export function presignUpload(storage: Storage, slug: string): Promise<UploadPolicy> {
  return createPresignedPost(storage.s3, {
    Bucket: storage.bucket,
    Key: incomingKey(slug),
    Conditions: [["content-length-range", 1, storage.maxBytes]],
    Expires: policySeconds,
  });
}

/** Where browsers send uploads to, for the page's security policy. */
export async function uploadOrigin(storage: Storage): Promise<string> {
  return new URL((await presignUpload(storage, "origin")).url).origin;
}

/** For uploads that come through the web tier: never held in memory, parts of 5 MiB at the most. */
export async function streamToIncoming(
  storage: Storage,
  slug: string,
  body: Readable,
): Promise<void> {
  const upload = new Upload({
    client: storage.s3,
    params: { Bucket: storage.bucket, Key: incomingKey(slug), Body: body },
    queueSize: 1,
  });
  body.once("error", () => void upload.abort());
  await reach(upload.done());
}

/** Size of what arrived; null when nothing did. */
export async function incomingBytes(storage: Storage, slug: string): Promise<number | null> {
  try {
    const head = await reach(
      storage.s3.send(new HeadObjectCommand({ Bucket: storage.bucket, Key: incomingKey(slug) })),
    );
    return head.ContentLength ?? 0;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Brings a private file here, for judging. False when there is none. */
async function download(
  storage: Storage,
  key: string,
  path: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const object = await reach(
      storage.s3.send(new GetObjectCommand({ Bucket: storage.bucket, Key: key }), {
        abortSignal: signal,
      }),
    );
    if (!(object.Body instanceof Readable)) throw new Error("S3 answered without a body");
    await pipeline(object.Body, createWriteStream(path), { signal });
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/**
 * The upload as it came, or, when an earlier attempt has judged it already, the original that it kept.
 * The original comes first: whatever is sent to `incoming` later must not change what was judged.
 */
export async function downloadUpload(
  storage: Storage,
  slug: string,
  path: string,
  signal: AbortSignal,
): Promise<"original" | "incoming" | null> {
  if (await download(storage, originalKey(slug), path, signal)) return "original";
  return (await download(storage, incomingKey(slug), path, signal)) ? "incoming" : null;
}

/** Keeps the very bytes that were judged. */
export async function keepOriginal(
  storage: Storage,
  slug: string,
  path: string,
  contentType: string,
): Promise<void> {
  await reach(
    new Upload({
      client: storage.s3,
      params: {
        Bucket: storage.bucket,
        Key: originalKey(slug),
        Body: createReadStream(path),
        ContentType: contentType,
      },
      queueSize: 1,
    }).done(),
  );
}

export async function discardIncoming(storage: Storage, slug: string): Promise<void> {
  await reach(
    storage.s3.send(new DeleteObjectCommand({ Bucket: storage.bucket, Key: incomingKey(slug) })),
  );
}

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

const downloadSeconds = 60;

/** The owner's way to the file as it was uploaded: an address that works for a minute. */
export function originalDownloadUrl(
  storage: Storage,
  slug: string,
  fileName: string,
): Promise<string> {
  const command = new GetObjectCommand({
    Bucket: storage.bucket,
    Key: originalKey(slug),
    // RFC 6266: the second form carries any name, the first is for programs that know only ASCII.
    ResponseContentDisposition: `attachment; filename="original"; filename*=UTF-8''${encodeURIComponent(fileName)}`,
  });
  return getSignedUrl(storage.s3, command, { expiresIn: downloadSeconds });
}

export function variantUrl(
  storage: Pick<Storage, "cdnBaseUrl">,
  fileKey: string,
  variant: string,
): string {
  return `${storage.cdnBaseUrl}/${variantKey(fileKey, variant)}`;
}

function isMissing(error: unknown): boolean {
  return error instanceof NoSuchKey || error instanceof NotFound;
}

/** S3 not reached, or failing by itself, is an `UnavailableError`; what it refuses stays as it is. */
async function reach<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    const answered =
      error instanceof S3ServiceException && (error.$metadata.httpStatusCode ?? 500) < 500;
    if (answered || (error instanceof Error && error.name === "AbortError")) throw error;
    throw new UnavailableError(
      "The photo store cannot be reached right now. Try again in a moment.",
      { cause: error },
    );
  }
}
