import { variable, type Values } from "@tendril/runtime";

export const storageVariables = {
  AWS_REGION: variable.text(),
  PHOTO_BUCKET: variable.text(),
  CDN_BASE_URL: variable.url(),
  UPLOAD_MAX_BYTES: variable.integer({ min: 1 }).default(25 * 1024 * 1024),
};

/** A try that nobody answers is given up after that long. */
export const patienceMs = 20_000;

export type StorageConfig = {
  region: string;
  bucket: string;
  /** Where the public reads variants; only `photos/` and `assets/` of the bucket are behind it. */
  cdnBaseUrl: string;
  maxBytes: number;
  /** Tries per call. One where a job is tried again anyway: retries belong to one layer. */
  tries: number;
};

export function storageConfig(
  values: Values<typeof storageVariables>,
  tries: number,
): StorageConfig {
  return {
    region: values.AWS_REGION,
    bucket: values.PHOTO_BUCKET,
    cdnBaseUrl: values.CDN_BASE_URL,
    maxBytes: values.UPLOAD_MAX_BYTES,
    tries,
  };
}
