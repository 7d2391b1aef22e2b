import type { Readable } from "node:stream";

import { DeleteObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";

import { incomingKey } from "./keys.ts";
import { isMissing, reach, type Storage } from "./storage.ts";

/** A browser has this long to begin its upload with one policy. */
const policySeconds = 600;

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

export async function discardIncoming(storage: Storage, slug: string): Promise<void> {
  await reach(
    storage.s3.send(new DeleteObjectCommand({ Bucket: storage.bucket, Key: incomingKey(slug) })),
  );
}
