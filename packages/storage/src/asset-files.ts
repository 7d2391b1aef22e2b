import { DeleteObjectsCommand, paginateListObjectsV2, PutObjectCommand } from "@aws-sdk/client-s3";

import { assetsFolder } from "./keys.ts";
import { reach, type Storage } from "./storage.ts";

/** Its name changes with its content, so whoever has it need never ask again. */
export const assetCacheControl = "public, max-age=31536000, immutable";

type AssetFile = { path: string; contentType: string; bytes: Uint8Array };

export async function putAsset(
  { s3, bucket }: Storage,
  { path, contentType, bytes }: AssetFile,
): Promise<void> {
  const put = new PutObjectCommand({
    Bucket: bucket,
    Key: assetsFolder + path,
    Body: bytes,
    ContentType: contentType,
    CacheControl: assetCacheControl,
  });
  await reach(s3.send(put));
}

/** Removes those that nobody published since `before`, but for `kept`. Answers how many. */
export async function removeOldAssets(
  { s3, bucket: Bucket }: Storage,
  { before, kept }: { before: Date; kept: ReadonlySet<string> },
): Promise<number> {
  let removed = 0;
  const pages = paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: assetsFolder });
  for await (const { Contents = [] } of pages) {
    const old = Contents.filter(
      ({ Key = "", LastModified }) =>
        LastModified && LastModified < before && !kept.has(Key.slice(assetsFolder.length)),
    );
    if (old.length === 0) continue;
    const Objects = old.map(({ Key }) => ({ Key }));
    const command = new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } });
    const { Errors = [] } = await reach(s3.send(command));
    if (Errors[0]) throw new Error(`S3 did not delete ${Errors[0].Key}: ${Errors[0].Message}`);
    removed += old.length;
  }
  return removed;
}
