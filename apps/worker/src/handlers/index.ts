import type { Database } from "@tendril/database";
import type { Effects, JobName, JobPayload } from "@tendril/jobs";

import type { WorkerContext } from "../context.ts";
import { deletePhotoFiles } from "./delete-photo-files.ts";
import { processPhoto } from "./process-photo.ts";
import { sendEmail } from "./send-email.ts";

/** `effects` commit together with the job's end, or not at all. */
export type Outcome = { state: "done" | "skipped"; effects?: Effects };

export type Handler<Name extends JobName> = {
  /** May run twice for one job; what it does outside the database must be the same the second time. */
  run(
    context: WorkerContext,
    payload: JobPayload<Name>,
    attempt: { attempts: number; signal: AbortSignal },
  ): Promise<Outcome>;
  /** What the job's death means for others, in the transaction that notes it. */
  giveUp?(tx: Database, payload: JobPayload<Name>): Promise<void>;
};

/** Total: a job without a handler does not compile. */
export type Handlers = { readonly [Name in JobName]: Handler<Name> };

export const handlers: Handlers = {
  "delete-photo-files": deletePhotoFiles,
  "process-photo": processPhoto,
  "send-email": sendEmail,
};
