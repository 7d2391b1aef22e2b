import {
  findEmailMessage,
  findPhotoById,
  findUserById,
  type Database,
  type EmailMessageRow,
  type JobRow,
} from "@tendril/database";
import { z } from "zod";

/** The thing that a job is about: what people know it by. */
export type Subject =
  | { kind: "photo"; slug: string }
  | ({ kind: "mail" } & Pick<EmailMessageRow, "id" | "recipient" | "template" | "status">)
  | { kind: "person"; username: string }
  | { kind: "tick"; task: string; scheduledAt: string };

const known = z
  .object({
    photoId: z.int(),
    slug: z.string(),
    emailId: z.int(),
    userId: z.int(),
    photographerId: z.int(),
    scheduledAt: z.string(),
  })
  .partial();

/** Null when its payload names nothing that is still there. */
export async function findSubject(
  db: Database,
  { name, payload }: Pick<JobRow, "name" | "payload">,
): Promise<Subject | null> {
  const read = known.safeParse(parsed(payload));
  if (!read.success) return null;
  const { photoId, slug, emailId, userId, photographerId, scheduledAt } = read.data;
  if (emailId !== undefined) return mail(db, emailId);
  if (photoId !== undefined) {
    const photo = await findPhotoById(db, photoId);
    return photo && { kind: "photo", slug: photo.slug };
  }
  if (slug !== undefined) return { kind: "photo", slug };
  const personId = userId ?? photographerId;
  if (personId !== undefined) {
    const person = await findUserById(db, personId);
    return person && { kind: "person", username: person.username };
  }
  return scheduledAt === undefined ? null : { kind: "tick", task: name, scheduledAt };
}

async function mail(db: Database, emailId: number): Promise<Subject | null> {
  const found = await findEmailMessage(db, emailId);
  if (!found) return null;
  const { id, recipient, template, status } = found;
  return { kind: "mail", id, recipient, template, status };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
