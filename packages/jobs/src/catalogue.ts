import { notificationKinds } from "@tendril/database";
import { messageOf, PermanentJobError } from "@tendril/runtime";
import { z } from "zod";

/** By what the work needs: `media` cores, `mail` the sending rate, `tasks` little, `bulk` patience. */
export const queueNames = ["media", "mail", "tasks", "bulk"] as const;
export type QueueName = (typeof queueNames)[number];

export type JobDefinition<Payload = unknown> = {
  /** Raised when the payload's meaning changes; a worker leaves newer versions alone. */
  version: number;
  queue: QueueName;
  /** Ids, never rows or pictures: what the job finds is always the latest. */
  schema: z.ZodType<Payload>;
  /** Attempts in all, the first one included. */
  attempts: number;
  /** Waiting time before the second attempt; doubles with each further one, up to `maxSeconds`. */
  backoff: { firstSeconds: number; maxSeconds: number };
  /** After this the attempt is aborted and counts as failed. */
  timeLimitSeconds: number;
};

/** Database work that ends within seconds. */
const quick = {
  attempts: 8,
  backoff: { firstSeconds: 5, maxSeconds: 600 },
  timeLimitSeconds: 30,
};

/** Of a tick of the schedule; the job has the task's name. */
const tick = z.object({ scheduledAt: z.iso.datetime() });

const id = z.int().positive();

const definitions = {
  "process-photo": {
    version: 1,
    queue: "media",
    schema: z.object({ photoId: z.int().positive() }),
    attempts: 5,
    backoff: { firstSeconds: 5, maxSeconds: 300 },
    timeLimitSeconds: 120,
  },
  "move-photo-files": {
    version: 1,
    queue: "media",
    /** `from` is the key that the photo had before. */
    schema: z.object({ photoId: id, from: z.string() }),
    attempts: 5,
    backoff: { firstSeconds: 5, maxSeconds: 300 },
    timeLimitSeconds: 60,
  },
  "delete-photo-files": {
    version: 1,
    queue: "media",
    // Names what is to go, as the row may point to other files by now.
    schema: z.object({ slug: z.string(), fileKey: z.string(), original: z.boolean() }),
    attempts: 10,
    backoff: { firstSeconds: 10, maxSeconds: 3_600 },
    timeLimitSeconds: 60,
  },
  "send-email": {
    version: 1,
    queue: "mail",
    schema: z.object({ emailId: z.int().positive() }),
    attempts: 8,
    backoff: { firstSeconds: 10, maxSeconds: 900 },
    timeLimitSeconds: 30,
  },
  "send-push": {
    version: 1,
    queue: "tasks",
    schema: z.object({ pushId: id }),
    // Over some two hours: a push service that is away counts as an attempt.
    attempts: 13,
    backoff: { firstSeconds: 10, maxSeconds: 1_800 },
    timeLimitSeconds: 30,
  },
  "notify-person": {
    version: 1,
    queue: "tasks",
    schema: z.object({
      userId: id,
      kind: z.enum(notificationKinds),
      /** What belongs together becomes one notification while it is unread: `like:12`. */
      groupKey: z.string().max(60),
      actorId: id.nullable(),
      photoId: id.nullable(),
      commentId: id.nullable(),
    }),
    ...quick,
  },
  "announce-photos": {
    version: 1,
    queue: "tasks",
    schema: z.object({ photographerId: id }),
    ...quick,
  },
  "notify-followers": {
    version: 1,
    queue: "tasks",
    schema: z.object({
      photographerId: id,
      /** The newest of them, and how many there are. */
      photoId: id,
      count: id,
      /** A page begins behind this follower. */
      afterFollowerId: z.int().nonnegative(),
    }),
    ...quick,
  },
  "tell-notification": {
    version: 1,
    queue: "tasks",
    schema: z.object({ notificationId: id }),
    ...quick,
  },
  "build-digest": {
    version: 1,
    queue: "tasks",
    schema: z.object({ userId: id, dueAt: z.iso.datetime() }),
    ...quick,
  },
  "restore-original": {
    version: 1,
    queue: "media",
    schema: z.object({ photoId: id }),
    attempts: 10,
    backoff: { firstSeconds: 10, maxSeconds: 3_600 },
    timeLimitSeconds: 60,
  },
  "send-digests": { version: 1, queue: "tasks", schema: tick, ...quick },
  "sweep-uploads": { version: 1, queue: "tasks", schema: tick, ...quick },
  // Asks S3 about each original that is awaited.
  "check-restores": { version: 1, queue: "tasks", schema: tick, ...quick, timeLimitSeconds: 300 },
  purge: { version: 1, queue: "tasks", schema: tick, ...quick },
  // One step of many letters that are sent back.
  "run-redrive": {
    version: 1,
    queue: "tasks",
    schema: z.object({ runId: id, step: z.int().nonnegative() }),
    ...quick,
  },
} satisfies Record<string, JobDefinition>;

export type JobName = keyof typeof definitions;
export type JobPayload<Name extends JobName> = z.output<(typeof definitions)[Name]["schema"]>;

/** The jobs of ticks: each has the name of a task in the worker's cron.yaml. */
export type TickJobName = {
  [Name in JobName]: (typeof definitions)[Name]["schema"] extends typeof tick ? Name : never;
}[JobName];

/** Every job there is. A job's name is also its handler's file name. */
export const catalogue: { readonly [Name in JobName]: JobDefinition<JobPayload<Name>> } =
  definitions;

/** Every timed task: a job of the same name follows from its ticks. */
export function isTickJobName(name: string): name is TickJobName {
  return isJobName(name) && Object.is(catalogue[name].schema, tick);
}

export function isJobName(name: string): name is JobName {
  return Object.hasOwn(catalogue, name);
}

/** What is read from a row may be older than this code, or edited by people. */
export function decodePayload<Name extends JobName>(name: Name, json: string): JobPayload<Name> {
  try {
    return catalogue[name].schema.parse(JSON.parse(json));
  } catch (error) {
    const why = error instanceof z.ZodError ? wordsOf(error) : messageOf(error);
    throw new PermanentJobError(`The payload does not fit ${name}: ${why}`, {
      cause: error,
    });
  }
}

function wordsOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => [...path, message].join(": ")).join("; ");
}

/** With jitter between half and whole, so that jobs that failed together do not come back together. */
export function backoffMs(
  { backoff }: JobDefinition,
  attempts: number,
  random: () => number = Math.random,
): number {
  const seconds = Math.min(backoff.maxSeconds, backoff.firstSeconds * 2 ** (attempts - 1));
  return Math.round(seconds * 1_000 * (0.5 + random() / 2));
}
