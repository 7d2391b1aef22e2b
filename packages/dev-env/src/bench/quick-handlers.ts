// Loaded into the worker under measurement with --import: jobs that cost next to nothing, and slow ones.
import { setTimeout as delay } from "node:timers/promises";

import { findEmailMessage, markSent } from "@tendril/database";

import { handlers } from "../../../../apps/worker/src/handlers/index.ts";

delete process.env["NODE_OPTIONS"];

/** A mail without SES: one row is read, and one changes together with the job's end. */
handlers["send-email"].run = async ({ db, clock }, { emailId }) => {
  const mail = await findEmailMessage(db, emailId);
  if (!mail || mail.status === "sent") return { state: "skipped" };
  return { state: "done", effects: (tx) => markSent(tx, emailId, "-", clock.now()) };
};

/** What waits most of its time, as an export would for S3. */
handlers["delete-photo-files"].run = async (_context, _files, { signal }) => {
  await delay(1_000, undefined, { signal });
  return { state: "done" };
};
