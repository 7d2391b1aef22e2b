import { join } from "node:path";

import type { Dependency } from "@tendril/runtime";

import { type CdnFront, openCdnFront } from "../fronts/cdn.ts";
import { type Front, openTcpFront } from "../fronts/front.ts";
import { type Glacier, openGlacier } from "../fronts/s3/glacier.ts";
import { openPushService, type PushService } from "../fronts/push/push.ts";
import { type GlacierDesk, openGlacierDesk } from "../fronts/s3/glacier-desk.ts";
import { openS3Front } from "../fronts/s3/s3.ts";
import { type InboxFront, openInbox } from "../fronts/ses/inbox.ts";
import { type Mailbox, openMailbox } from "../fronts/ses/mailbox.ts";
import { openSesFront, type SesFront } from "../fronts/ses/ses.ts";
import { openTopic } from "../fronts/ses/topic.ts";
import { openSqsFront } from "../fronts/sqs.ts";
import { REGION, type ServerAddresses } from "../servers/servers.ts";
import { createDatabase } from "./database.ts";
import {
  describeEnvironment,
  SES_CONFIGURATION_SET,
  SES_MAX_SEND_RATE,
  type Variables,
} from "./environment.ts";
import { createQueues } from "./queues.ts";
import { claimRedisDatabase } from "./redis.ts";
import { CREDENTIALS, MAIL_DOMAIN } from "./secrets.ts";

export type { Dependency };

/** One tenant of the shared servers: nothing that happens in it shows in another. */
export interface Space extends AsyncDisposable {
  readonly name: string;
  /** For an app; `PORT` and `INSTANCE_ID` are left to whoever starts it. */
  readonly environment: Variables;
  /** Each can be stopped and resumed without the other spaces noticing. */
  readonly fronts: Readonly<Record<Dependency, Front> & { ses: SesFront }>;
  readonly cdn: CdnFront;
  /** What of the photo bucket lies in the archive. */
  readonly glacier: Glacier;
  /** Where a person plays the time that passes in S3. */
  readonly glacierDesk: GlacierDesk;
  readonly mailbox: Mailbox;
  readonly inbox: InboxFront;
  /** Browsers that take pushes, and the service that brings them. */
  readonly push: PushService;
}

export type SpaceOptions = {
  name: string;
  /** Where people reach the gallery. */
  publicUrl: string;
  inboxPort?: number;
  /** One that several spaces send to; its own, if not said. */
  mailbox?: Mailbox;
};

// The rule that the shared stack gives the photo bucket, for this machine.
const CORS = [
  {
    allowedOrigins: ["http://localhost:*", "http://127.0.0.1:*"],
    allowedMethods: ["POST"],
    exposeHeaders: ["ETag"],
    maxAgeSeconds: 3_000,
  },
];

/** Makes database, bucket, queues and Redis database of that name where they are missing, and opens the fronts. */
export async function createSpace(
  servers: ServerAddresses,
  { name, publicUrl, inboxPort = 0, mailbox: given }: SpaceOptions,
): Promise<Space> {
  if (!/^[a-z][a-z0-9]{2,30}$/.test(name)) throw new Error(`Not a name for a space: ${name}`);
  const { fauxqs, ses, dataDir } = servers;
  const bucket = `${name}-photos`;
  await using stack = new AsyncDisposableStack();
  const [redisDatabase] = await Promise.all([
    claimRedisDatabase(servers, name),
    createDatabase(servers, name),
    createQueues(fauxqs, name),
    createBucket(fauxqs, bucket),
  ]);
  const mailbox = given ?? (await openMailbox(join(dataDir, "mail", name)));
  const glacier = openGlacier({
    backend: fauxqs,
    bucket,
    file: join(dataDir, "glacier", `${name}.json`),
    now: Date.now,
  });
  const topic = stack.use(openTopic({ sqs: fauxqs, queue: `${name}-mail-events`, region: REGION }));
  const fronts = {
    database: stack.use(await openTcpFront(servers.mariadb.port)),
    redis: stack.use(await openTcpFront(servers.redis.port)),
    s3: stack.use(
      await openS3Front({
        backend: fauxqs,
        region: REGION,
        credentials: CREDENTIALS,
        cors: { [bucket]: CORS },
        glacier,
      }),
    ),
    sqs: stack.use(await openSqsFront(fauxqs)),
    ses: stack.use(
      await openSesFront({
        backend: ses,
        mailbox,
        domains: [MAIL_DOMAIN],
        configurationSet: SES_CONFIGURATION_SET,
        maxSendRate: SES_MAX_SEND_RATE,
        topic,
        region: REGION,
      }),
    ),
  };
  const cdn = stack.use(await openCdnFront(fauxqs, bucket));
  const glacierDesk = stack.use(await openGlacierDesk(fauxqs, glacier));
  const inbox = stack.use(await openInbox(mailbox, inboxPort));
  const push = stack.use(await openPushService());
  const environment = describeEnvironment({
    name,
    databasePort: fronts.database.port,
    redisPort: fronts.redis.port,
    redisDatabase,
    s3: fronts.s3.url,
    sqs: fronts.sqs.url,
    ses: fronts.ses.url,
    cdn: cdn.url,
    bucket,
    publicUrl,
  });
  const owned = stack.move();
  return {
    name,
    environment,
    fronts,
    cdn,
    glacier,
    glacierDesk,
    mailbox,
    inbox,
    push,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function createBucket(backend: string, bucket: string): Promise<void> {
  const response = await fetch(`${backend}/${bucket}`, {
    method: "PUT",
    signal: AbortSignal.timeout(10_000),
  });
  await response.body?.cancel();
  if (!response.ok && response.status !== 409)
    throw new Error(`The bucket ${bucket} cannot be made: ${response.status}`);
}
