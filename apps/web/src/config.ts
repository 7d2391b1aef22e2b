import {
  checkDatabase,
  databaseConfig,
  databaseVariables,
  type DatabaseConfig,
} from "@tendril/database";
import { checkVapidPublicKey, vapidPublicVariables } from "@tendril/notifications";
import { queueConfig, queueVariables, type QueueConfig } from "@tendril/jobs";
import {
  checkSecrets,
  isLoopback,
  logLevels,
  readEnvironment,
  variable,
  type Environment,
  type Mistake,
  type Values,
} from "@tendril/runtime";
import { storageConfig, storageVariables, type StorageConfig } from "@tendril/storage";
import { z } from "zod";

/** All that this tier reads of its environment. */
export const webVariables = {
  ...databaseVariables,
  ...storageVariables,
  ...queueVariables,
  PORT: variable.port().default(8080),
  LISTEN_ADDRESS: z.union([z.ipv4(), z.ipv6()], "must be an IP address").default("127.0.0.1"),
  PUBLIC_URL: variable.url(),
  INSTANCE_ID: variable.text().optional(),
  TRUSTED_PROXIES: variable.integer({ min: 0, max: 10 }).default(0),
  REDIS_URL: variable.url(["redis:", "rediss:"]),
  ASSET_BASE_URL: variable.url().optional(),
  SESSION_SECRETS: variable.secrets(),
  TOKEN_SECRETS: variable.secrets(),
  ...vapidPublicVariables,
  CACHE: z.enum(["on", "off"]).default("on"),
  GALLERY_PAGE_SIZE: variable.integer({ min: 1, max: 200 }).default(30),
  SIMULATED_LATENCY_MS: variable.integer({ min: 0, max: 60_000 }).default(0),
  ALLOW_SIMULATED_LATENCY: variable.flag(),
  LOG_LEVEL: z.enum(logLevels).default("info"),
};

type WebValues = Values<typeof webVariables>;

export type WebConfig = {
  port: number;
  /** The one address of this machine that is listened on; 0.0.0.0 for all of them, as a container needs. */
  listenAddress: string;
  publicUrl: string;
  /** Served by https: cookies are Secure, browsers are told to stay with https. */
  secure: boolean;
  /** On one's own machine: the footer tells who served the page, health tells its details. */
  local: boolean;
  instanceId: string | undefined;
  trustedProxies: number;
  redisUrl: string;
  assetBaseUrl: string;
  sessionSecrets: string[];
  /** Verify the links of mails that need no sign-in. */
  tokenSecrets: string[];
  /** What browsers subscribe to pushes with; null where pushes are not offered. */
  vapidPublicKey: string | null;
  cache: boolean;
  pageSize: number;
  simulatedLatencyMs: number;
  logLevel: (typeof logLevels)[number];
  database: DatabaseConfig;
  storage: StorageConfig;
  queues: QueueConfig;
};

/** Where this process finds its settings; nothing else reads them. */
export const environment: Record<string, string | undefined> = process.env;

export function readConfig(environment: Environment = process.env): WebConfig {
  const values = readEnvironment(environment, webVariables, checkTogether);
  const publicUrl = new URL(values.PUBLIC_URL);
  return {
    port: values.PORT,
    listenAddress: values.LISTEN_ADDRESS,
    publicUrl: publicUrl.origin,
    secure: publicUrl.protocol === "https:",
    local: isLoopback(publicUrl.hostname),
    instanceId: values.INSTANCE_ID,
    trustedProxies: values.TRUSTED_PROXIES,
    redisUrl: values.REDIS_URL,
    assetBaseUrl: values.ASSET_BASE_URL ?? "/assets",
    sessionSecrets: values.SESSION_SECRETS,
    tokenSecrets: values.TOKEN_SECRETS,
    vapidPublicKey: values.VAPID_PUBLIC_KEY ?? null,
    cache: values.CACHE === "on",
    pageSize: values.GALLERY_PAGE_SIZE,
    simulatedLatencyMs: values.SIMULATED_LATENCY_MS,
    logLevel: values.LOG_LEVEL,
    database: databaseConfig(values),
    // A third would take longer than whoever is in front waits: instead of our words people would read a 504.
    storage: storageConfig(values, 2),
    queues: queueConfig(values),
  };
}

/** Under https everything that is secret or leaves the machine must be protected; http is for localhost only. */
export function checkTogether(values: Partial<WebValues>): Mistake[] {
  const publicUrl = values.PUBLIC_URL === undefined ? undefined : new URL(values.PUBLIC_URL);
  if (!publicUrl) return [];
  if (publicUrl.protocol === "http:") {
    return isLoopback(publicUrl.hostname)
      ? []
      : [
          {
            variable: "PUBLIC_URL",
            problem: "must begin with https:// (http is for localhost only)",
          },
        ];
  }

  const mistakes = checkDatabase(values, true);
  const redis = values.REDIS_URL === undefined ? undefined : new URL(values.REDIS_URL);
  if (redis && redis.protocol === "redis:" && !isLoopback(redis.hostname)) {
    mistakes.push({ variable: "REDIS_URL", problem: "must begin with rediss:// under https" });
  }
  mistakes.push(
    ...checkSecrets("SESSION_SECRETS", values.SESSION_SECRETS),
    ...checkSecrets("TOKEN_SECRETS", values.TOKEN_SECRETS),
    ...checkVapidPublicKey(values.VAPID_PUBLIC_KEY, true),
  );
  if (values.SIMULATED_LATENCY_MS && !values.ALLOW_SIMULATED_LATENCY) {
    mistakes.push({
      variable: "SIMULATED_LATENCY_MS",
      problem: "is refused under https unless ALLOW_SIMULATED_LATENCY=1",
    });
  }
  return mistakes;
}
