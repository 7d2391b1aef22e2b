import {
  findJobsOfMails,
  searchMails,
  type JobOfMail,
  type MailSearch,
  type MailSummary,
} from "@tendril/database";

import type { OperationsContext } from "./context.ts";

export type { MailSearch };

/** Without a job: that is purged, or its payload is not what it was. */
export type FoundMail = MailSummary & { job: JobOfMail | null };

/**
 * Mails, newest first: how far each came, and what SES told of it. `next` is where the next page begins; `complete` is
 * false where only the newest were looked through.
 */
export async function findMails(
  { db }: Pick<OperationsContext, "db">,
  search: MailSearch,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<{ mails: FoundMail[]; next: number | null; complete: boolean }> {
  const { mails: found, complete } = await searchMails(db, search, { before, limit: limit + 1 });
  const page = found.slice(0, limit);
  const jobs = await findJobsOfMails(db, page);
  const mails = page.map((mail) => ({
    ...mail,
    job: jobs.find(({ emailId }) => emailId === mail.id) ?? null,
  }));
  return { mails, next: found.length > limit ? (mails.at(-1)?.id ?? null) : null, complete };
}
