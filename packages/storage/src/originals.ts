import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { GetObjectCommand } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

import { isArchived, lookAtOriginal } from "./archive.ts";
import { incomingBytes } from "./incoming.ts";
import { incomingKey, originalKey } from "./keys.ts";
import { isMissing, reach, type Storage } from "./storage.ts";

/** Brings a private file here, for judging. */
async function download(
  storage: Storage,
  key: string,
  path: string,
  signal: AbortSignal,
): Promise<"here" | "archived" | "missing"> {
  try {
    const object = await reach(
      storage.s3.send(new GetObjectCommand({ Bucket: storage.bucket, Key: key }), {
        abortSignal: signal,
      }),
    );
    if (!(object.Body instanceof Readable)) throw new Error("S3 answered without a body");
    await pipeline(object.Body, createWriteStream(path), { signal });
    return "here";
  } catch (error) {
    if (isMissing(error)) return "missing";
    if (isArchived(error)) return "archived";
    throw error;
  }
}

/**
 * The upload as it came, or, when an earlier attempt has judged it already, the original that it kept.
 * The original comes first: whatever is sent to `incoming` later must not change what was judged.
 * One that lies in the archive has to be restored first.
 */
export async function downloadUpload(
  storage: Storage,
  slug: string,
  path: string,
  signal: AbortSignal,
): Promise<"original" | "incoming" | "archived" | null> {
  const original = await download(storage, originalKey(slug), path, signal);
  if (original !== "missing") return original === "here" ? "original" : "archived";
  const incoming = await download(storage, incomingKey(slug), path, signal);
  return incoming === "here" ? "incoming" : null;
}

/** Whether there is still something of it that could be processed, at hand or in the archive. */
export async function isUploadKept(storage: Storage, slug: string): Promise<boolean> {
  if ((await lookAtOriginal(storage, slug)).kind !== "missing") return true;
  return (await incomingBytes(storage, slug)) !== null;
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

const downloadSeconds = 60;

/** RFC 8187 takes fewer characters as they are than addresses do; an apostrophe would even end the charset. */
function encodeName(fileName: string): string {
  return encodeURIComponent(fileName).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

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
    ResponseContentDisposition: `attachment; filename="original"; filename*=UTF-8''${encodeName(fileName)}`,
  });
  return getSignedUrl(storage.s3, command, { expiresIn: downloadSeconds });
}
