import {
  DeleteObjectsCommand,
  GetObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
} from "@aws-sdk/client-s3";

import { assetsFolder } from "./keys.ts";
import { reach, type Storage } from "./storage.ts";

/** Its name changes with its content, so whoever has it need never ask again. */
export const assetCacheControl = "public, max-age=31536000, immutable";

type AssetFile = { path: string; contentType: string; bytes: Uint8Array };

/** A list per publication, named after its time: what pages ask for from then until the next one. */
const listsFolder = `${assetsFolder}published/`;

/**
 * Puts the assets of a release into the bucket, and removes those that no release has asked for since `before`.
 * How old a file is would tell nothing: a release of months ago serves until the next one does. Answers how many went.
 */
export async function publishAssets(
  storage: Storage,
  assets: readonly AssetFile[],
  { now, before }: { now: Date; before: Date },
): Promise<number> {
  for (const { path, contentType, bytes } of assets)
    await put(storage, assetsFolder + path, bytes, {
      ContentType: contentType,
      CacheControl: assetCacheControl,
    });
  const list = Buffer.from(assets.map(({ path }) => path).join("\n"));
  await put(storage, listKey(now), list, {
    ContentType: "text/plain",
    CacheControl: "no-store",
  });
  return removeOldAssets(storage, before);
}

const listKey = (time: Date): string => `${listsFolder}${time.toISOString()}`;

async function put(
  { s3, bucket }: Storage,
  key: string,
  bytes: Uint8Array,
  headers: { ContentType: string; CacheControl: string },
): Promise<void> {
  const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ...headers });
  await reach(s3.send(command));
}

async function removeOldAssets(storage: Storage, before: Date): Promise<number> {
  const keys: string[] = [];
  const pages = paginateListObjectsV2(
    { client: storage.s3 },
    { Bucket: storage.bucket, Prefix: assetsFolder },
  );
  for await (const { Contents = [] } of pages) keys.push(...Contents.map(({ Key = "" }) => Key));

  const isList = (key: string) => key.startsWith(listsFolder);
  const [lists, files] = [keys.filter(isList), keys.filter((key) => !isList(key))];
  // The release that served at that time is the last one before it.
  const first = lists.findLastIndex((key) => key <= listKey(before));
  if (first === -1) return 0;
  const kept = new Set<string>();
  for (const key of lists.slice(first))
    for (const path of await readList(storage, key)) kept.add(assetsFolder + path);
  const old = files.filter((key) => !kept.has(key));
  await remove(storage, [...old, ...lists.slice(0, first)]);
  return old.length;
}

async function readList({ s3, bucket }: Storage, key: string): Promise<string[]> {
  const { Body } = await reach(s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })));
  if (!Body) throw new Error(`S3 sent nothing for ${key}`);
  return (await Body.transformToString()).split("\n");
}

/** S3 takes this many at once. */
const most = 1_000;

async function remove({ s3, bucket }: Storage, keys: readonly string[]): Promise<void> {
  for (let from = 0; from < keys.length; from += most) {
    const Objects = keys.slice(from, from + most).map((Key) => ({ Key }));
    const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
    const { Errors = [] } = await reach(s3.send(command));
    if (Errors[0]) throw new Error(`S3 did not delete ${Errors[0].Key}: ${Errors[0].Message}`);
  }
}
