import {
  checkBucket,
  checkCdn,
  checkCredentials,
  checkDatabases,
  checkQueues,
  checkSettings,
  type Check,
} from "@tendril/doctor";
import type { Environment } from "@tendril/runtime";

import { readConfig } from "../config.ts";
import { checkMail } from "./ses.ts";

/** Everything that a worker depends on. */
export function checks(environment: Environment): Check[] {
  return [
    checkSettings(() => readConfig(environment)),
    ...checkDatabases(environment),
    checkCredentials(environment),
    checkQueues(environment, "worker"),
    checkBucket(environment, { privateFolder: "originals", pagesOf: null }),
    checkCdn(environment, { folder: "photos", assetBaseUrl: null, pagesOf: null }),
    checkMail(environment),
  ];
}
