import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type Clock, repeat, seconds, systemClock } from "@tendril/runtime";
import { cronFile as workersFile } from "@tendril/worker/schedule";

import { ACCOUNT } from "../space/queues.ts";
import type { Space } from "../space/space.ts";
import { readCronFile } from "./cron-file.ts";
import { createLeader } from "./leader.ts";
import { createReceiver } from "./receiver.ts";
import { createRegistry, type Registry } from "./registry.ts";
import { describeTick } from "./request.ts";
import { platformDefaults, type SqsdSettings } from "./settings.ts";

export type SqsdOptions = {
  /** Where the app is: the platform's daemon posts to port 80 of its instance. */
  app: string;
  /** The instance that it runs on. */
  instance?: string;
  cronFile?: string;
  clock?: Clock;
  /** Shared by the daemons of an environment; those of one space share one, if not said. */
  registry?: Registry;
  settings?: Partial<SqsdSettings>;
  /** What it writes into its log. */
  log?: (line: string) => void;
};

/** The platform's daemon on one worker instance. Disposed of, it lets requests in progress finish. */
export interface Sqsd extends AsyncDisposable {
  readonly isLeader: boolean;
  /** Ends it as a dying instance would: nothing is finished, nothing given back, the lead not handed on. */
  kill(): Promise<void>;
}

const bodyOfTicks = "elasticbeanstalk scheduled job";
/** The platform's sleeps until the next occurrence is due; with a clock that tests move we look again and again. */
const lookMs = 250;

const registries = new WeakMap<Space, Registry>();
function registryOf(space: Space): Registry {
  const registry = registries.get(space) ?? createRegistry();
  registries.set(space, registry);
  return registry;
}

/** Plays aws-sqsd for a space, from the same cron.yaml. Refuses to start on a bad one, as the platform does. */
export async function startSqsd(space: Space, options: SqsdOptions): Promise<Sqsd> {
  const {
    app,
    instance = "worker-1",
    cronFile = workersFile,
    clock = systemClock,
    registry = registryOf(space),
    log = () => {},
  } = options;
  const settings = { ...platformDefaults, ...options.settings };
  const entries = readCronFile(cronFile);
  log(`Successfully loaded ${entries.length} scheduled tasks from cron.yaml.`);

  const queue = `${space.name}-cron`;
  const sqs = connect(space);
  // The platform's has it from its settings: it starts while SQS is away, too.
  const QueueUrl = `${space.environment["AWS_ENDPOINT_URL_SQS"]}/${ACCOUNT}/${queue}`;

  const leader = createLeader({
    entries,
    registry,
    owner: instance,
    clock,
    async send({ name, url }, at) {
      const MessageAttributes = describeTick(url, name, at);
      await sqs.send(
        new SendMessageCommand({ QueueUrl, MessageBody: bodyOfTicks, MessageAttributes }),
      );
      log(`leader: ${name} of ${at.toISOString()}`);
    },
  });
  let isLeader = false;
  const onError = (error: unknown) => log(String(error));
  const leading = repeat(async () => void (isLeader = await leader.pass()), {
    pauseMs: lookMs,
    onError,
  });
  const receiver = createReceiver({ sqs, queueUrl: QueueUrl, queue, app, clock, settings, log });

  let ending: Promise<void> | undefined;
  const end = (how: "drain" | "drop") => {
    ending ??= (async () => {
      await Promise.all([leading[Symbol.asyncDispose](), receiver.end(how)]);
      isLeader = false;
      sqs.destroy();
    })();
    return ending;
  };
  return {
    get isLeader() {
      return isLeader;
    },
    kill: () => end("drop"),
    [Symbol.asyncDispose]: () => end("drain"),
  };
}

/** Past this process's own AWS settings, which belong to the tiers in it. */
function connect({ environment }: Space): SQSClient {
  return new SQSClient({
    endpoint: environment["AWS_ENDPOINT_URL_SQS"] ?? "",
    region: environment["AWS_REGION"] ?? "",
    credentials: {
      accessKeyId: environment["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: environment["AWS_SECRET_ACCESS_KEY"] ?? "",
    },
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 2_000,
      requestTimeout: seconds(25),
      throwOnRequestTimeout: true,
    },
  });
}
