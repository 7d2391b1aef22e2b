import { REGION } from "../servers/servers.ts";
import {
  CREDENTIALS,
  DATABASE_PASSWORD,
  MAIL_DOMAIN,
  SESSION_SECRETS,
  TOKEN_SECRETS,
  VAPID_KEYS,
} from "./secrets.ts";

export const SES_CONFIGURATION_SET = "tendril";
/** A second: what SES grants at first outside its sandbox. */
export const SES_MAX_SEND_RATE = 14;

/** Environment variables for a process. */
export type Variables = Record<string, string>;

export type Reach = {
  name: string;
  databasePort: number;
  redisPort: number;
  redisDatabase: number;
  s3: string;
  sqs: string;
  ses: string;
  cdn: string;
  bucket: string;
  publicUrl: string;
};

/** What an app needs to find its servers: design section 9, without what differs between processes. */
export function describeEnvironment(reach: Reach): Variables {
  return {
    PUBLIC_URL: reach.publicUrl,
    RDS_HOSTNAME: "127.0.0.1",
    RDS_PORT: String(reach.databasePort),
    RDS_DB_NAME: reach.name,
    RDS_USERNAME: reach.name,
    RDS_PASSWORD: DATABASE_PASSWORD,
    REDIS_URL: `redis://127.0.0.1:${reach.redisPort}/${reach.redisDatabase}`,
    AWS_REGION: REGION,
    AWS_ENDPOINT_URL_S3: reach.s3,
    AWS_ENDPOINT_URL_SQS: reach.sqs,
    AWS_ENDPOINT_URL_SES: reach.ses,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    // Nothing of the developer's own AWS settings may decide where we send things.
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    QUEUE_PREFIX: reach.name,
    PHOTO_BUCKET: reach.bucket,
    CDN_BASE_URL: reach.cdn,
    MAIL_FROM: `Tendril <news@${MAIL_DOMAIN}>`,
    MAIL_FROM_ESSENTIAL: `Tendril <account@${MAIL_DOMAIN}>`,
    OPS_MAIL: `operators@${MAIL_DOMAIN}`,
    SES_CONFIGURATION_SET,
    SES_MAX_SEND_RATE: String(SES_MAX_SEND_RATE),
    SESSION_SECRETS,
    TOKEN_SECRETS,
    VAPID_PUBLIC_KEY: VAPID_KEYS.publicKey,
    VAPID_PRIVATE_KEY: VAPID_KEYS.privateKey,
    VAPID_SUBJECT: `mailto:operators@${MAIL_DOMAIN}`,
  };
}

/** This process's own variables, without the AWS settings of whoever sits here. */
export function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_")),
  );
}
