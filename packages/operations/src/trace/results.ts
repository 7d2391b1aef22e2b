import {
  findMailsByIds,
  findPhotosByIds,
  findPushesByIds,
  type Database,
  type PhotoRow,
  type TracedJob,
  type TracedMail,
  type TracedPush,
} from "@tendril/database";
import { variantNames } from "@tendril/storage";
import { z } from "zod";

import type { Subject } from "../subjects.ts";
import { parsePayload } from "../parse-payload.ts";

/** What came of a job outside the ledger: a mail, a push, a photo with its variants. */
export type Result = {
  /** `mail notification to ada@example.com: sent, delivered`. */
  text: string;
  outcome: "fine" | "failed";
  /** When that was, where it is known to the moment. */
  marks: { at: Date; label: string }[];
  subject: Subject | null;
};

const ids = z.object({ photoId: z.int(), emailId: z.int(), pushId: z.int() }).partial().catch({});

/** By job id; of many jobs in three queries. */
export async function findResults(
  db: Database,
  jobs: readonly TracedJob[],
): Promise<Map<string, Result>> {
  const about = jobs.map((job) => ({ job, ...ids.parse(parsePayload(job.payload)) }));
  const [photos, mails, pushes] = await Promise.all([
    findPhotosByIds(db, unique(about.map(({ photoId }) => photoId))),
    findMailsByIds(db, unique(about.map(({ emailId }) => emailId))),
    findPushesByIds(db, unique(about.map(({ pushId }) => pushId))),
  ]);
  const results = new Map<string, Result>();
  for (const { job, photoId, emailId, pushId } of about) {
    const mail = mails.find(({ id }) => id === emailId);
    const push = pushes.find(({ id }) => id === pushId);
    const photo = photos.find(({ id }) => id === photoId);
    if (mail) results.set(job.id, resultOfMail(mail));
    else if (push) results.set(job.id, resultOfPush(push));
    else if (photo) results.set(job.id, resultOfPhoto(job, photo));
  }
  return results;
}

function resultOfMail(mail: TracedMail): Result {
  const { id, template, recipient, status, sentAt, delivery, deliveryAt, error } = mail;
  const failed = ["refused", "unknown"].includes(status) || isBad(delivery);
  const what = [status, ...(delivery ? [delivery] : [])].join(", ");
  return {
    text: `mail ${template} to ${recipient}: ${what}${error === null ? "" : ` (${error})`}`,
    outcome: failed ? "failed" : "fine",
    marks: [
      ...(sentAt ? [{ at: sentAt, label: "SES took the mail in" }] : []),
      ...(deliveryAt && delivery ? [{ at: deliveryAt, label: `the mail: ${delivery}` }] : []),
    ],
    subject: { kind: "mail", id, recipient, template, status },
  };
}

function isBad(delivery: TracedMail["delivery"]): boolean {
  return delivery !== null && delivery !== "delivered" && delivery !== "delayed";
}

function resultOfPush({ username, status, sendingAt, endedAt, error }: TracedPush): Result {
  const words = `push to a browser of ${username}: ${status}`;
  return {
    text: error === null ? words : `${words} (${error})`,
    outcome: status === "refused" || status === "unknown" ? "failed" : "fine",
    marks: [
      ...(sendingAt ? [{ at: sendingAt, label: "the push service was called" }] : []),
      ...(endedAt ? [{ at: endedAt, label: `the push: ${status}` }] : []),
    ],
    subject: { kind: "person", username },
  };
}

function resultOfPhoto({ name, state }: TracedJob, photo: PhotoRow): Result {
  const subject: Subject = { kind: "photo", slug: photo.slug };
  const isDone = name === "process-photo" && state === "done";
  const made = isDone ? madeOf(photo) : null;
  const text = made ?? `photo ${photo.slug}: ${photo.removedAt ? "removed" : photo.status}`;
  const failed = photo.status === "failed" && name === "process-photo";
  const why = failed && photo.failure ? ` (${photo.failure})` : "";
  return { text: `${text}${why}`, outcome: failed ? "failed" : "fine", marks: [], subject };
}

function madeOf({ slug, status, width, height }: PhotoRow): string | null {
  if (status !== "ready" || width === null || height === null) return null;
  const count = variantNames({ width, height }).length;
  return `photo ${slug}: ready, ${width} × ${height}, ${count} variants`;
}

function unique(found: readonly (number | undefined)[]): number[] {
  return [...new Set(found.filter((id) => id !== undefined))];
}
