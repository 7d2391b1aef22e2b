import { randomUUID } from "node:crypto";

import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Storage } from "@tendril/storage";

/** What the doctor writes into the bucket is said here, and gone when it ends. */
const words = "Left here for a moment by Tendril's doctor.\n";

export type TrialObject = {
  key: string;
  /** Whether these are its bytes. */
  isThis: (text: string) => boolean;
};

/** Puts an object, has it looked at, and takes it away again. `onStep` is told which right comes next. */
export async function withTrialObject<Result>(
  { s3, bucket: Bucket }: Storage,
  folder: string,
  onStep: (action: string, key: string) => void,
  look: (object: TrialObject) => Promise<Result>,
): Promise<Result> {
  const key = `${folder}/doctor-${randomUUID()}.txt`;
  const object = { Bucket, Key: key };
  onStep("s3:PutObject", key);
  const put = { Body: words, ContentType: "text/plain", CacheControl: "no-store" };
  await s3.send(new PutObjectCommand({ ...object, ...put }));
  try {
    onStep("s3:GetObject", key);
    const { Body } = await s3.send(new GetObjectCommand(object));
    if ((await Body?.transformToString()) !== words) throw new Error("S3 gave other bytes back");
    return await look({ key, isThis: (text) => text === words });
  } finally {
    onStep("s3:DeleteObject", key);
    await s3.send(new DeleteObjectCommand(object));
  }
}
