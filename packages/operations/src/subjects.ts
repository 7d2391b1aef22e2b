import {
  findMailsByIds,
  findPhotosByIds,
  findPushesByIds,
  findUsernames,
  type Database,
  type EmailMessageRow,
  type JobRow,
} from "@tendril/database";
import { z } from "zod";

import { parsePayload } from "./parse-payload.ts";

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
    pushId: z.int(),
    userId: z.int(),
    photographerId: z.int(),
    scheduledAt: z.string(),
  })
  .partial();

type Job = Pick<JobRow, "name" | "payload">;

/** Null when its payload names nothing that is still there. */
export async function findSubject(db: Database, job: Job): Promise<Subject | null> {
  const [subject = null] = await findSubjects(db, [job]);
  return subject;
}

/** The same for many, in their order; in one query for each kind of thing. */
export async function findSubjects(
  db: Database,
  jobs: readonly Job[],
): Promise<(Subject | null)[]> {
  const named = jobs.map(({ name, payload }) => ({
    name,
    ...known.catch({}).parse(parsePayload(payload)),
  }));
  const personOf = ({ userId, photographerId }: (typeof named)[number]) => userId ?? photographerId;
  const [mails, photos, pushes, people] = await Promise.all([
    findMailsByIds(db, unique(named.map(({ emailId }) => emailId))),
    findPhotosByIds(db, unique(named.map(({ photoId }) => photoId))),
    findPushesByIds(db, unique(named.map(({ pushId }) => pushId))),
    findUsernames(db, unique(named.map(personOf))),
  ]);
  return named.map((each): Subject | null => {
    const { name, emailId, photoId, pushId, slug, scheduledAt } = each;
    if (emailId !== undefined) {
      const mail = mails.find(({ id }) => id === emailId);
      if (!mail) return null;
      const { id, recipient, template, status } = mail;
      return { kind: "mail", id, recipient, template, status };
    }
    const photo = photoId === undefined ? slug : photos.find(({ id }) => id === photoId)?.slug;
    if (photo !== undefined) return { kind: "photo", slug: photo };
    if (photoId !== undefined) return null;
    const personId = personOf(each);
    const person =
      pushId === undefined
        ? people.find(({ id }) => id === personId)
        : pushes.find(({ id }) => id === pushId);
    if (person) return { kind: "person", username: person.username };
    if (personId !== undefined || scheduledAt === undefined) return null;
    return { kind: "tick", task: name, scheduledAt };
  });
}

const unique = (ids: readonly (number | undefined)[]) => [
  ...new Set(ids.filter((id) => id !== undefined)),
];
