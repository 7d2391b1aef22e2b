import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import {
  connectStorage,
  presignUpload,
  storageConfig,
  storageVariables,
  type Storage,
} from "@tendril/storage";
import { readEnvironment, seconds, type Environment } from "@tendril/runtime";

import { doubtful, fine, wrong, type Check, type Finding } from "../check.ts";
import { explainBucket } from "../explain/bucket.ts";
import { checkWith } from "./readable.ts";
import { withTrialObject } from "./trial-object.ts";

type Options = {
  /** Where this tier puts what nobody else may read. */
  privateFolder: "incoming" | "originals";
  /** Pages from here send files to the bucket; null for a tier without pages. */
  pagesOf: string | null;
};

/** Writes, reads and removes one small object, as the tier does with photos. */
export function checkBucket(environment: Environment, options: Options): Check {
  const read = () => storageConfig(readEnvironment(environment, storageVariables), 1);
  return checkWith("bucket", read, async (config) => {
    using storage = connectStorage(config);
    return look(storage, options);
  });
}

async function look(storage: Storage, { privateFolder, pagesOf }: Options): Promise<Finding[]> {
  // Who may not list is told "forbidden" of what does not exist, too.
  let at: [action: string, key: string | null] = ["s3:ListBucket", null];
  try {
    await storage.s3.send(new ListObjectsV2Command({ Bucket: storage.bucket, MaxKeys: 1 }));
    const { url } = await presignUpload(storage, "doctor");
    const findings = await withTrialObject(
      storage,
      privateFolder,
      (...step) => (at = step),
      ({ key }) => demandPrivate(`${url.replace(/\/$/, "")}/${key}`),
    );
    if (pagesOf !== null) findings.push(...(await lookAtCors(url, pagesOf)));
    return [
      fine(`${storage.bucket}: listed, written, read and removed in ${privateFolder}/`),
      ...findings,
    ];
  } catch (error) {
    return [wrong(explainBucket(error, storage, ...at))];
  }
}

const patience = () => AbortSignal.timeout(seconds(5));

async function demandPrivate(url: string): Promise<Finding[]> {
  const answer = await fetch(url, { signal: patience() }).catch(() => undefined);
  await answer?.body?.cancel();
  if (answer?.status !== 200) return [];
  return [
    wrong({
      says: "everybody can read what lies in it",
      cure: "Originals carry locations: block all public access of the bucket, and remove the policy that opens it.",
    }),
  ];
}

/** What a browser asks before it sends a file. */
async function lookAtCors(url: string, origin: string): Promise<Finding[]> {
  const headers = { Origin: origin, "Access-Control-Request-Method": "POST" };
  const answer = await fetch(url, { method: "OPTIONS", headers, signal: patience() }).catch(
    () => undefined,
  );
  await answer?.body?.cancel();
  const allowed = answer?.ok ? answer.headers.get("access-control-allow-origin") : null;
  if (allowed === "*" || allowed === origin) return [];
  return [
    doubtful({
      says: `browsers may not send files to it from ${origin}`,
      cure: `Give the bucket a CORS rule: AllowedOrigins ${origin}, AllowedMethods POST, ExposeHeaders ETag. Until then only the form without JavaScript works.`,
    }),
  ];
}
