import { searchMails, type MailSearch, type MailSummary } from "@tendril/database";

import type { OperationsContext } from "./context.ts";

export type { MailSearch, MailSummary };

/** Mails, newest first: how far each came, and what SES told of it. `next` is where the next page begins. */
export async function findMails(
  { db }: Pick<OperationsContext, "db">,
  search: MailSearch,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<{ mails: MailSummary[]; next: number | null }> {
  const found = await searchMails(db, search, { before, limit: limit + 1 });
  const mails = found.slice(0, limit);
  return { mails, next: found.length > limit ? (mails.at(-1)?.id ?? null) : null };
}
