import type {
  Database,
  DeadLetterRow,
  EmailMessageRow,
  JobRow,
  PhotoRow,
  UserRow,
} from "@tendril/database";

import type { Mailbox } from "../fronts/ses/mailbox.ts";

/** All there is to know after the storm. */
export type Facts = {
  jobs: JobRow[];
  mails: EmailMessageRow[];
  photos: PhotoRow[];
  users: UserRow[];
  letters: DeadLetterRow[];
  /** When SES took each mail in, by the mail's id. */
  sent: Map<number, number[]>;
};

export async function gatherFacts(db: Database, mailbox: Mailbox): Promise<Facts> {
  const { tables, options } = db;
  const [jobs, mails, photos, users, letters] = await Promise.all([
    tables.jobs.findAll(options),
    tables.emailMessages.findAll(options),
    tables.photos.findAll(options),
    tables.users.findAll(options),
    tables.deadLetters.findAll(options),
  ]);
  const sent = new Map<number, number[]>();
  for (const { tags, at } of mailbox.list()) {
    const id = Number(tags["mail"]);
    sent.set(
      id,
      [...(sent.get(id) ?? []), Date.parse(at)].toSorted((a, b) => a - b),
    );
  }
  return {
    jobs: jobs.map((row) => row.get({ plain: true })),
    mails: mails.map((row) => row.get({ plain: true })),
    photos: photos.map((row) => row.get({ plain: true })),
    users: users.map((row) => row.get({ plain: true })),
    letters: letters.map((row) => row.get({ plain: true })),
    sent,
  };
}
