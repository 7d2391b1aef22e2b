import {
  checkBucket,
  checkCdn,
  checkCredentials,
  checkDatabases,
  checkPublicUrl,
  checkQueues,
  checkSettings,
  type Check,
} from "@tendril/doctor";
import { readEnvironment, variable, type Environment } from "@tendril/runtime";

import { readConfig } from "../config.ts";
import { checkRedis } from "./redis.ts";

/** Everything that a web server depends on. */
export function checks(environment: Environment): Check[] {
  const assets = environment["ASSET_BASE_URL"] ?? "";
  const publicUrl = URL.parse(environment["PUBLIC_URL"] ?? "")?.origin ?? null;
  return [
    checkSettings(() => readConfig(environment)),
    ...checkDatabases(environment),
    checkRedis(environment),
    checkCredentials(environment),
    checkQueues(environment, "web"),
    checkBucket(environment, { privateFolder: "incoming", pagesOf: publicUrl }),
    checkCdn(environment, {
      folder: "assets",
      assetBaseUrl: URL.canParse(assets) ? assets.replace(/\/+$/, "") : null,
      pagesOf: publicUrl,
    }),
    checkPublicUrl(() => {
      const { PUBLIC_URL } = readEnvironment(environment, { PUBLIC_URL: variable.url() });
      return { publicUrl: new URL(PUBLIC_URL).origin };
    }),
  ];
}
