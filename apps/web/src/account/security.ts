import { randomUUID } from "node:crypto";

import {
  findUserById,
  removeOtherPushSubscriptions,
  revokeTokens,
  setPasswordHash,
  transaction,
} from "@tendril/database";
import { postMail } from "@tendril/jobs";
import { SignInRequiredError } from "@tendril/runtime";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { hashPassword, isPassword, newPassword } from "./passwords.ts";

export const passwordForm = z.object({
  current_password: z.string("Write your current password.").min(1, "Write your current password."),
  new_password: newPassword,
});

/** The address that the account has, and the one that it is to have. */
export async function findAccount({ db }: WebContext, userId: number) {
  const user = await findUserById(db, userId);
  if (!user) throw new SignInRequiredError();
  const { email, emailVerifiedAt, wantedEmail, timeZone } = user;
  return { address: email, verified: emailVerifiedAt !== null, wanted: wantedEmail, timeZone };
}

/** Where the person is now: what holds elsewhere ends. */
export type Here = {
  userId: number;
  /** Of the subscription for pushes that this browser has. */
  endpointHash: Buffer | null;
  endOtherSessions: () => Promise<void>;
};

/** What is wrong with it, by field; null when it is changed. Then the person is signed in here alone. */
export async function changePassword(
  context: WebContext,
  here: Here,
  { current_password: current, new_password: next }: z.output<typeof passwordForm>,
  trace: string,
): Promise<Record<string, string> | null> {
  const user = await findUserById(context.db, here.userId);
  if (!user || !(await isPassword(current, user.passwordHash)))
    return { current_password: "This is not your current password." };
  if ([user.username, user.email].some((name) => name.toLowerCase() === next.toLowerCase()))
    return { new_password: "The password must not be your user name or address." };
  const passwordHash = await hashPassword(next);
  await transaction(context.db, async (tx) => {
    await setPasswordHash(tx, user.id, passwordHash);
    await revokeTokens(tx, user.id, "reset-password", context.clock.now());
    await removeOtherPushSubscriptions(tx, user.id, here.endpointHash);
    // An address that was never proven may be a stranger's, who must not be shown the way in.
    if (user.emailVerifiedAt)
      await postMail(context.outbox, tx, {
        userId: user.id,
        recipient: user.email,
        template: "password-changed",
        event: `password-changed:${user.id}:${randomUUID()}`,
        trace,
      });
    // Inside: a password must not change while sessions under the old one go on.
    await here.endOtherSessions();
  });
  return null;
}

export async function signOutElsewhere({ db }: WebContext, here: Here): Promise<void> {
  await transaction(db, async (tx) => {
    await removeOtherPushSubscriptions(tx, here.userId, here.endpointHash);
    await here.endOtherSessions();
  });
}
