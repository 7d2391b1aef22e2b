import { randomUUID } from "node:crypto";

import {
  findToken,
  findUserById,
  findUserByLogin,
  redeemToken,
  replaceEmail,
  setWantedEmail,
  transaction,
} from "@tendril/database";
import { postMail } from "@tendril/jobs";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { emailAddress } from "./email-address.ts";
import { isPassword } from "./passwords.ts";

export const emailForm = z.object({
  new_email: emailAddress,
  email_password: z.string("Write your current password.").min(1, "Write your current password."),
});

/**
 * What is wrong with it, by field; null when a link goes to the new address. Until it is followed nothing changes.
 *
 * All looks the same for an address that somebody has, so that nobody finds out who is here; and no mail goes there:
 * its owner can do nothing about it, and strangers should not be able to have us write to people.
 */
export async function requestEmailChange(
  context: WebContext,
  userId: number,
  { new_email: email, email_password: password }: z.output<typeof emailForm>,
  trace: string,
): Promise<Record<string, string> | null> {
  const user = await findUserById(context.db, userId);
  if (!user || !(await isPassword(password, user.passwordHash)))
    return { email_password: "This is not your current password." };
  if (user.email.toLowerCase() === email.toLowerCase())
    return { new_email: "This is your address already." };
  await transaction(context.db, async (tx) => {
    await setWantedEmail(tx, user.id, email);
    const holder = await findUserByLogin(tx, email);
    if (holder && holder.id !== user.id) return;
    await postMail(context.outbox, tx, {
      userId: user.id,
      recipient: email,
      template: "change-email",
      // Each request has a mail of its own: an address may be asked for, given up, and asked for again.
      event: `change-email:${user.id}:${randomUUID()}`,
      trace,
    });
  });
  return null;
}

export async function keepEmail({ db }: WebContext, userId: number): Promise<void> {
  await setWantedEmail(db, userId, null);
}

export async function isChangeLink({ db, clock }: WebContext, secret: string): Promise<boolean> {
  return (await findToken(db, "change-email", secret, clock.now())) !== null;
}

/** Whose address it is from now on; "expired" when the link is used up, too old or overtaken. */
export async function changeEmail(
  context: WebContext,
  secret: string,
  trace: string,
): Promise<{ userId: number } | "expired" | "taken"> {
  return transaction(context.db, async (tx) => {
    const now = context.clock.now();
    const token = await redeemToken(tx, "change-email", secret, now);
    const user = token && (await findUserById(tx, token.userId));
    if (!user || token.email === null) return "expired";
    if ((await replaceEmail(tx, user.id, token.email, now)) === "taken") {
      await setWantedEmail(tx, user.id, null);
      return "taken";
    }
    const mail = { userId: user.id, trace };
    // An address that was never proven may be a stranger's, who must not be given a way in.
    await postMail(
      context.outbox,
      tx,
      user.emailVerifiedAt
        ? {
            ...mail,
            recipient: user.email,
            template: "email-changed",
            event: `email-changed:${token.id}`,
          }
        : { ...mail, recipient: token.email, template: "welcome", event: `welcome:${user.id}` },
    );
    return { userId: user.id };
  });
}
