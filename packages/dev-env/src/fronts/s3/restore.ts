import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";

import { readBody } from "../proxy.ts";
import { S3Refusal } from "./error.ts";
import { type Archived, type Glacier, isReadable, isRestored } from "./glacier.ts";

const LARGEST_BODY = 64 * 1024;
const tiers = ["Standard", "Bulk", "Expedited"];

const invalidState = (message: string, { storageClass }: Archived) =>
  new S3Refusal(403, "InvalidObjectState", message, { StorageClass: storageClass });

const malformed = () =>
  new S3Refusal(
    400,
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );

export function isRestoreRequest({ method, url = "" }: IncomingMessage): boolean {
  return method === "POST" && new URLSearchParams(url.split("?")[1]).has("restore");
}

function readRestoreRequest(xml: string): { days: number; tier: string } {
  const inner = /^\s*(?:<\?xml[^>]*>\s*)?<RestoreRequest[^>]*>(.*)<\/RestoreRequest>\s*$/s.exec(
    xml,
  )?.[1];
  const days = Number(/<Days>\s*(\d{1,9})\s*<\/Days>/.exec(inner ?? "")?.[1]);
  const tier = /<Tier>\s*(\w*)\s*<\/Tier>/.exec(inner ?? "")?.[1] ?? "Standard";
  if (!(days >= 1) || !tiers.includes(tier)) throw malformed();
  return { days, tier };
}

/** RestoreObject: accepted, already under way, or a longer life for the copy that is there. */
export async function acceptRestore(
  request: IncomingMessage,
  response: ServerResponse,
  { glacier, key, now }: { glacier: Glacier; key: string; now: number },
): Promise<void> {
  const { days, tier } = readRestoreRequest((await readBody(request, LARGEST_BODY)).toString());
  if (!(await glacier.exists(key)))
    throw new S3Refusal(404, "NoSuchKey", "The specified key does not exist.", { Key: key });
  const known = await glacier.find(key);
  if (!known || known.storageClass === "GLACIER_IR")
    throw new S3Refusal(
      403,
      "InvalidObjectState",
      "Restore is not allowed for the object's current storage class",
      { StorageClass: known?.storageClass ?? "STANDARD" },
    );
  if (tier === "Expedited" && known.storageClass === "DEEP_ARCHIVE")
    throw new S3Refusal(
      400,
      "InvalidArgument",
      "Retrieval option is not supported by this storage class",
    );
  if (known.restore?.state === "ongoing")
    throw new S3Refusal(409, "RestoreAlreadyInProgress", "Object restore is already in progress");
  await glacier.begin(key, days);
  response.writeHead(isRestored(known, now) ? 200 : 202, { "content-length": 0 }).end();
}

/** Refuses to read what lies in the archive, directly or as the source of a copy. */
export async function demandReadable(
  { method, headers }: IncomingMessage,
  glacier: Glacier,
  key: string,
  now: number,
): Promise<void> {
  const refuseUnreadable = async (key: string, message: string) => {
    const known = await glacier.find(key);
    if (known && !isReadable(known, now)) throw invalidState(message, known);
  };
  if (method === "GET")
    await refuseUnreadable(key, "The operation is not valid for the object's storage class");
  const [source = ""] = String(headers["x-amz-copy-source"] ?? "").split("?", 1);
  const [, bucket, sourceKey] = /^\/?([^/]+)\/(.+)$/s.exec(decodeURIComponent(source)) ?? [];
  if (bucket === glacier.bucket && sourceKey !== undefined)
    await refuseUnreadable(
      sourceKey,
      "Operation is not valid for the source object's storage class",
    );
}

/** What S3 says of an archived object beside the rest. */
export async function archiveHeaders(
  glacier: Glacier,
  key: string,
  now: number,
): Promise<IncomingHttpHeaders> {
  const known = await glacier.find(key);
  if (!known) return {};
  const restore = () => {
    if (known.restore?.state === "ongoing") return `ongoing-request="true"`;
    if (known.restore?.state !== "restored" || known.restore.until <= now) return undefined;
    const until = new Date(known.restore.until).toUTCString();
    return `ongoing-request="false", expiry-date="${until}"`;
  };
  const shown = restore();
  return {
    "x-amz-storage-class": known.storageClass,
    ...(shown !== undefined && { "x-amz-restore": shown }),
  };
}
