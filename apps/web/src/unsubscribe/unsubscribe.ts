import {
  findPreferences,
  findUserById,
  notificationKinds,
  setDigest,
  setPreference,
  transaction,
  type Database,
  type UserRow,
} from "@tendril/database";
import {
  isWanted,
  isWantedByDefault,
  nextDigestAt,
  readUnsubscribeToken,
  type UnsubscribeScope,
} from "@tendril/notifications";
import { BadRequestError } from "@tendril/runtime";

import type { WebContext } from "../context.ts";

/** Mails that can be had again: those about one kind of thing, or the digest as often as it came. */
export const mailKinds = [...notificationKinds, "daily", "weekly"] as const;
export type MailKind = (typeof mailKinds)[number];

export type Link = {
  /** Null when the account is gone. */
  user: UserRow | null;
  scope: UnsubscribeScope;
};

export async function readLink({ config, db }: WebContext, token: string): Promise<Link> {
  const link = readUnsubscribeToken(config.tokenSecrets, token);
  if (!link)
    throw new BadRequestError(
      "This link did not arrive whole. Open it once more from the mail, or copy all of it; what you are sent can also be chosen in your settings.",
    );
  return { user: await findUserById(db, link.userId), scope: link.scope };
}

/** What of it the person gets now. */
export async function findWanted(
  { db }: { db: Database },
  user: UserRow,
  scope: UnsubscribeScope,
): Promise<MailKind[]> {
  const preferences = await findPreferences(db, user.id);
  const kinds = kindsIn(scope).filter((kind) => isWanted(preferences, kind, "mail"));
  return hasDigest(scope) && user.digest !== "off" ? [...kinds, user.digest] : kinds;
}

/** What comes again when that is asked for by somebody who gets nothing of it. */
export function usualMails(scope: UnsubscribeScope): MailKind[] {
  const kinds = kindsIn(scope).filter((kind) => kind === scope || isWantedByDefault(kind, "mail"));
  return hasDigest(scope) ? [...kinds, "weekly"] : kinds;
}

/** Answers what the person got until now; nothing when it was stopped before. */
export async function stopMails(
  { db }: WebContext,
  { id }: UserRow,
  scope: UnsubscribeScope,
): Promise<MailKind[]> {
  return transaction(db, async (tx) => {
    const user = await findUserById(tx, id);
    if (!user) return [];
    const before = await findWanted({ db: tx }, user, scope);
    // Also what is off by default: somebody who has said no is not asked again when the default changes.
    for (const kind of kindsIn(scope)) await setPreference(tx, id, kind, "mail", false);
    if (hasDigest(scope)) await setDigest(tx, id, "off", null);
    return before;
  });
}

export async function sendAgain(
  { db, clock }: WebContext,
  { id, timeZone }: UserRow,
  mails: readonly MailKind[],
): Promise<void> {
  await transaction(db, async (tx) => {
    for (const mail of mails) {
      if (mail === "daily" || mail === "weekly")
        await setDigest(tx, id, mail, nextDigestAt(mail, timeZone, clock.now()));
      else await setPreference(tx, id, mail, "mail", true);
    }
  });
}

const kindsIn = (scope: UnsubscribeScope) =>
  notificationKinds.filter((kind) => scope === kind || scope === "all");

const hasDigest = (scope: UnsubscribeScope) => scope === "digest" || scope === "all";
