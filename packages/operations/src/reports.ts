import {
  closeReports,
  countOpenReports,
  findReports,
  transaction,
  type ListedReport,
  type ReportReason,
  type ReportState,
} from "@tendril/database";
import { ConflictError } from "@tendril/runtime";

import { recordAction } from "./actions.ts";
import type { OperationsContext, Operator } from "./context.ts";
import { findAnyPhoto } from "./photos.ts";

export { reportStates } from "@tendril/database";

/** What somebody can say against a photo, in the words of the form. */
export const reportWords: Record<ReportReason, string> = {
  offensive: "It is hateful, violent or sexual",
  person: "It shows somebody who does not want that",
  rights: "It was made by somebody else",
  spam: "It is advertising or a fraud",
  other: "Something else",
};

export const mostReportsPerPage = 100;

/** Newest first; `next` is the `before` of the next page. */
export async function listReports(
  { db }: OperationsContext,
  {
    state = "open",
    before,
    limit = 30,
  }: { state?: ReportState; before?: number | undefined; limit?: number } = {},
): Promise<{ reports: ListedReport[]; next: number | null }> {
  const count = Math.min(limit, mostReportsPerPage);
  const found = await findReports(db, { state, before, limit: count });
  const reports = found.slice(0, count);
  return { reports, next: found.length > count ? (reports.at(-1)?.id ?? null) : null };
}

/** Beyond this they are not counted. */
export const reportsCountedUpTo = 100;

/** What waits for a decision; at most `reportsCountedUpTo`, which means that many or more. */
export function countWaitingReports({ db }: Pick<OperationsContext, "db">): Promise<number> {
  return countOpenReports(db, reportsCountedUpTo);
}

/** All open reports of a photo: it stays. Hiding it closes them, too. */
export function dismissReports(
  { db, clock }: OperationsContext,
  operator: Operator,
  { slug, reason }: { slug: string; reason: string },
): Promise<number> {
  return transaction(db, async (tx) => {
    const photo = await findAnyPhoto({ db: tx }, slug);
    const closed = await closeReports(tx, photo.id, { state: "dismissed", at: clock.now() });
    if (closed === 0) throw new ConflictError(`No report of photo ${photo.slug} is open.`);
    await recordAction(tx, clock, operator, {
      action: "reports dismiss",
      subject: { kind: "photo", id: photo.slug },
      reason,
      after: { dismissed: closed },
    });
    return closed;
  });
}
