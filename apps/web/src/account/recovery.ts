import {
  findToken,
  findUserByLogin,
  redeemToken,
  removePushSubscriptionsOf,
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

export async function isResetLink(context: WebContext, secret: string): Promise<boolean> {
  return (await findToken(context.db, "reset-password", secret, context.clock.now())) !== null;
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
  const passwordHash = await hashPassword(password);
  return transaction(context.db, async (tx) => {
    const now = context.clock.now();
    const userId = await redeemToken(tx, "reset-password", secret, now);
    if (userId === null) return false;
    await setPasswordHash(tx, userId, passwordHash);
    await revokeTokens(tx, userId, "reset-password", now);
    // Whoever was signed in somewhere is signed out there, and told no more.
    await removePushSubscriptionsOf(tx, userId);
    await endSessions(userId);
    return true;
  });
}
