import type { Database } from "@tendril/database";
import type { Effects, JobName, JobPayload } from "@tendril/jobs";
import type { Dependency } from "@tendril/runtime";

import type { WorkerContext } from "../context.ts";
import { announcePhotos } from "./announce-photos.ts";
import { buildDigest } from "./build-digest.ts";
import { checkRestores } from "./check-restores.ts";
import { deletePhotoFiles } from "./delete-photo-files.ts";
import { movePhotoFiles } from "./move-photo-files.ts";
import { notifyFollowers } from "./notify-followers.ts";
import { notifyPerson } from "./notify-person.ts";
import { processPhoto } from "./process-photo.ts";
import { purge } from "./purge.ts";
import { restoreOriginal } from "./restore-original.ts";
import { runRedrive } from "./run-redrive.ts";
import { sendDigests } from "./send-digests.ts";
import { sendEmail } from "./send-email.ts";
import { sendPush } from "./send-push.ts";
import { sweepUploads } from "./sweep-uploads.ts";
import { tellNotification } from "./tell-notification.ts";

/** `effects` commit together with the job's end, or not at all. */
export type Outcome = {
  state: "done" | "skipped";
  effects?: Effects;
  /** What did not answer as it should, though this job has its end: others wait until it does. */
  away?: Dependency;
};

export type Handler<Name extends JobName> = {
  /** May run twice for one job; what it does outside the database must be the same the second time. */
  run(
    context: WorkerContext,
    payload: JobPayload<Name>,
    attempt: {
      attempts: number;
      trace: string;
      requestedBy: number | null;
      dueAt: Date;
      signal: AbortSignal;
    },
  ): Promise<Outcome>;
  /** What the job's death means for others, in the transaction that notes it. */
  giveUp?(
    context: WorkerContext,
    tx: Database,
    payload: JobPayload<Name>,
    job: { trace: string },
  ): Promise<void>;
};

/** Total: a job without a handler does not compile. */
export type Handlers = { readonly [Name in JobName]: Handler<Name> };

export const handlers: Handlers = {
  "announce-photos": announcePhotos,
  "build-digest": buildDigest,
  "check-restores": checkRestores,
  "delete-photo-files": deletePhotoFiles,
  "move-photo-files": movePhotoFiles,
  "notify-followers": notifyFollowers,
  "notify-person": notifyPerson,
  "process-photo": processPhoto,
  purge,
  "restore-original": restoreOriginal,
  "run-redrive": runRedrive,
  "send-digests": sendDigests,
  "send-email": sendEmail,
  "send-push": sendPush,
  "sweep-uploads": sweepUploads,
  "tell-notification": tellNotification,
};
