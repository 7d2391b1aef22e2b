import type { EmailMessageRow, UserRow } from "@tendril/database";
import type { UnsubscribeScope } from "@tendril/notifications";

import type { WorkerContext } from "../context.ts";

export type Content = {
  subject: string;
  /** What mail programs show behind the subject. */
  preheader: string;
  /** What its template needs besides what every mail has. */
  locals: Record<string, unknown>;
  /** What its link to unsubscribe stops; essential mails have none. */
  stops?: UnsubscribeScope;
};

/** What is there to say now; null when all of it is gone, or not wanted any more. */
export type FindContent = (
  context: WorkerContext,
  mail: EmailMessageRow,
  user: UserRow,
) => Promise<Content | null>;

/** For mails that people can do without: the address is theirs, is proven, and they may be written to. */
export function mayBeTold({ recipient }: EmailMessageRow, user: UserRow): boolean {
  return recipient === user.email && user.emailVerifiedAt !== null && user.suspendedAt === null;
}
