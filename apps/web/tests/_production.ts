import type { TestEnv } from "@tendril/dev-env";

import { readConfig } from "../src/config.ts";
import { start } from "../src/start.ts";

const site = "https://tendril.example";

/** What a browser and nginx say of a request to it. */
export const https = { origin: site, "x-forwarded-proto": "https" };

/** Another web server of that environment, as under https: pages do not tell who served them. */
export function startProduction({ environment }: TestEnv) {
  return start(
    readConfig({
      ...environment,
      PORT: "0",
      INSTANCE_ID: "web-https",
      PUBLIC_URL: site,
      SESSION_SECRETS: "0123456789abcdef0123456789abcdef",
      TOKEN_SECRETS: "fedcba9876543210fedcba9876543210",
      VAPID_PUBLIC_KEY: "",
      TRUSTED_PROXIES: "1",
    }),
  );
}
