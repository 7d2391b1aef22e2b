import {
  HeadBucketCommand,
  NotFound,
  NoSuchKey,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { UnavailableError } from "@tendril/runtime";

import { patienceMs, type StorageConfig } from "./config.ts";

export type Storage = StorageConfig & { s3: S3Client };

export function connectStorage(config: StorageConfig): Storage & Disposable {
  const s3 = new S3Client({
    region: config.region,
    maxAttempts: config.tries,
    // Without the last one the SDK only warns, and waits on.
    requestHandler: {
      connectionTimeout: 2_000,
      requestTimeout: patienceMs,
      throwOnRequestTimeout: true,
    },
  });
  return { ...config, s3, [Symbol.dispose]: () => s3.destroy() };
}

export function isMissing(error: unknown): boolean {
  return error instanceof NoSuchKey || error instanceof NotFound;
}

/** S3 not reached, or failing by itself, is an `UnavailableError`; what it refuses stays as it is. */
export async function reach<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    const answered =
      error instanceof S3ServiceException && (error.$metadata.httpStatusCode ?? 500) < 500;
    if (answered || (error instanceof Error && error.name === "AbortError")) throw error;
    throw new UnavailableError(
      "s3",
      "The photo store cannot be reached right now. Try again in a moment.",
      { cause: error },
    );
  }
}

/** Resolves when S3 answers. */
export async function probeStorage(storage: Storage): Promise<void> {
  await reach(storage.s3.send(new HeadBucketCommand({ Bucket: storage.bucket })));
}
