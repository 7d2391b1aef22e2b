import {
  findToken,
  findUserByLogin,
  redeemToken,
  removePushSubscriptionsOf,
  replaceEmail,
  revokeTokens,
  setPasswordHash,
  transaction,
} from "@tendril/database";

import type { WebContext } from "../context.ts";
import { postMail } from "@tendril/jobs";
import { hashPassword } from "./passwords.ts";

/** Says nothing about whether there is such an account; the mail does. At most one a minute. */
export async function requestReset(
  context: WebContext,
  email: string,
  trace: string,
): Promise<void> {
  const minute = Math.floor(context.clock.now().getTime() / 60_000);
  await transaction(context.db, async (tx) => {
    const user = await findUserByLogin(tx, email);
    if (!user || user.email.toLowerCase() !== email.toLowerCase()) return;
    await postMail(context.outbox, tx, {
      userId: user.id,
      recipient: user.email,
      template: "reset-password",
      event: `reset:${user.id}:${minute}`,
      trace,
    });
  });
}

/** Null when the link is used up or too old; the address that comes back with it, if it does. */
export async function findResetLink(
  { db, clock }: WebContext,
  secret: string,
): Promise<{ takesBack: string | null } | null> {
  const now = clock.now();
  if (await findToken(db, "reset-password", secret, now)) return { takesBack: null };
  const token = await findToken(db, "take-back", secret, now);
  return token && { takesBack: token.email };
}

/**
 * True when the password was changed; false when the link is used up or too old. All other reset links die with it.
 * `endSessions` runs inside: a password must not change while sessions under the old one go on.
 */
export async function resetPassword(
  context: WebContext,
  secret: string,
  password: string,
  endSessions: (userId: number) => Promise<void>,
): Promise<boolean> {
  // Before the work of hashing, which strangers could have us do for nothing.
  if (!(await findResetLink(context, secret))) return false;
  const passwordHash = await hashPassword(password);
  return transaction(context.db, async (tx) => {
    const now = context.clock.now();
    const takesBack = await redeemToken(tx, "take-back", secret, now);
    const token = takesBack ?? (await redeemToken(tx, "reset-password", secret, now));
    if (!token) return false;
    const { userId } = token;
    await setPasswordHash(tx, userId, passwordHash);
    await revokeTokens(tx, userId, "reset-password", now);
    if (takesBack?.email) {
      // Where another account has it by now, the new password is all there is to give.
      await replaceEmail(tx, userId, takesBack.email, now);
      await revokeTokens(tx, userId, "take-back", now);
    }
    // Whoever was signed in somewhere is signed out there, and told no more.
    await removePushSubscriptionsOf(tx, userId);
    await endSessions(userId);
    return true;
  });
}
