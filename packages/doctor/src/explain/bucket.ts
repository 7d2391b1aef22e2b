import type { StorageConfig } from "@tendril/storage";

import type { Explanation } from "../check.ts";
import { explainAws, statusOf } from "./aws.ts";
import { codesOf } from "./causes.ts";
import { unexpected } from "./unexpected.ts";

/** Why S3 does not do with the bucket what it was asked for. `key` is null for the bucket itself. */
export function explainBucket(
  error: unknown,
  { bucket, region }: StorageConfig,
  action: string,
  key: string | null = null,
): Explanation {
  const codes = codesOf(error);
  if (codes.has("NoSuchBucket"))
    return {
      says: `there is no bucket ${bucket}`,
      cure: "Look for a slip in PHOTO_BUCKET; the name is that of the shared stack's output.",
    };
  const elsewhere = [
    "PermanentRedirect",
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
  ];
  if (elsewhere.some((code) => codes.has(code)) || statusOf(error) === 301)
    return {
      says: `the bucket ${bucket} is not in ${region}`,
      cure: "Bucket, queues and instances have to be in one region: AWS_REGION, or PHOTO_BUCKET, names another one.",
    };
  if ([...codes].some((code) => code.startsWith("KMS.")))
    return {
      says: `the key that encrypts ${bucket} cannot be used`,
      cure: "The key's policy has to let this tier's role do kms:GenerateDataKey and kms:Decrypt; is the key disabled?",
    };
  const resource = `arn:aws:s3:::${bucket}${key === null ? "" : `/${key.split("/")[0]}/*`}`;
  const explained = explainAws(error, { service: "S3", region, action, resource });
  if (explained && statusOf(error) === 403 && key === null)
    return {
      ...explained,
      cure: `${explained.cure} A bucket of that name may be somebody else's.`,
    };
  return explained ?? unexpected(error);
}
