import {
  checkDatabase,
  databaseConfig,
  databaseVariables,
  type DatabaseConfig,
} from "@tendril/database";
import { checkVapid, readVapid, vapidVariables, type Vapid } from "@tendril/notifications";
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

/** Goes into a header as it is: with a mistake in it every mail would be refused. */
const sender = () =>
  variable.text().regex(/^(?:[^<>@,;\r\n]+ <[^\s<>@,;]+@[^\s<>@,;]+>|[^\s<>@,;]+@[^\s<>@,;]+)$/, {
    error: "must be an address, or a name and an <address>",
  });

const mailVariables = {
  AWS_REGION: variable.text(),
  MAIL_FROM: sender(),
  MAIL_FROM_ESSENTIAL: sender(),
  SES_CONFIGURATION_SET: variable.text().optional(),
  SES_MAX_SEND_RATE: variable.integer({ min: 1 }).optional(),
  OPS_MAIL: z.email("must be one address").optional(),
};

/** All that this tier reads of its environment. */
export const workerVariables = {
  ...databaseVariables,
  ...storageVariables,
  ...queueVariables,
  PORT: variable.port().default(8080),
  PUBLIC_URL: variable.url(),
  INSTANCE_ID: variable.text().optional(),
  TOKEN_SECRETS: variable.secrets(),
  ...mailVariables,
  ...vapidVariables,
  LOG_LEVEL: z.enum(logLevels).default("info"),
};

export type MailConfig = {
  region: string;
  from: string;
  fromEssential: string;
  /** What has SES tell about mails; without it nobody learns what becomes of them. */
  configurationSet: string | undefined;
  /** Mails a second; SES is asked if it is not set. */
  maxSendRate: number | undefined;
  /** Whom alarms are mailed to. */
  operators: string | undefined;
};

export type WorkerConfig = {
  port: number;
  /** What links in mails begin with. */
  publicUrl: string;
  instanceId: string | undefined;
  logLevel: (typeof logLevels)[number];
  /** Sign the links of mails that need no sign-in. */
  tokenSecrets: string[];
  vapid: Vapid | null;
  /** On one's own machine: push services may be there, too. */
  development: boolean;
  mail: MailConfig;
  database: DatabaseConfig;
  storage: StorageConfig;
  queues: QueueConfig;
};

/** Where this process finds its settings; nothing else reads them. */
export const environment: Record<string, string | undefined> = process.env;

export function readConfig(environment: Environment = process.env): WorkerConfig {
  const values = readEnvironment(environment, workerVariables, checkTogether);
  const publicUrl = new URL(values.PUBLIC_URL);
  return {
    port: values.PORT,
    publicUrl: publicUrl.origin,
    development: publicUrl.protocol === "http:" && isLoopback(publicUrl.hostname),
    instanceId: values.INSTANCE_ID,
    logLevel: values.LOG_LEVEL,
    tokenSecrets: values.TOKEN_SECRETS,
    mail: mailConfig(values),
    vapid: readVapid(values),
    database: databaseConfig(values),
    // A job that fails is tried again: retries belong to that layer alone.
    storage: storageConfig(values, 1),
    queues: queueConfig(values),
  };
}

type WorkerValues = Values<typeof workerVariables>;

/** Under https everything that is secret or leaves the machine must be protected. */
export function checkTogether(values: Partial<WorkerValues>): Mistake[] {
  const secure = values.PUBLIC_URL?.startsWith("https:") ?? false;
  const secrets = secure ? checkSecrets("TOKEN_SECRETS", values.TOKEN_SECRETS) : [];
  return [...checkDatabase(values, secure), ...secrets, ...checkVapid(values, secure)];
}

function mailConfig(values: Values<typeof mailVariables>): MailConfig {
  return {
    region: values.AWS_REGION,
    from: values.MAIL_FROM,
    fromEssential: values.MAIL_FROM_ESSENTIAL,
    configurationSet: values.SES_CONFIGURATION_SET,
    maxSendRate: values.SES_MAX_SEND_RATE,
    operators: values.OPS_MAIL,
  };
}

/** For what knows of mail alone. */
export function readMailConfig(environment: Environment): MailConfig {
  return mailConfig(readEnvironment(environment, mailVariables));
}
