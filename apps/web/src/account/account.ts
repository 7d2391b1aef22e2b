import {
  findSuppression,
  findUserById,
  findUserByLogin,
  holdPasswordHash,
  insertUser,
  markEmailVerified,
  redeemToken,
  stopsMail,
  transaction,
  type UserRow,
} from "@tendril/database";
import { isTimeZone } from "@tendril/notifications";
import { ForbiddenError } from "@tendril/runtime";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import type { SignedIn } from "../http/sessions.ts";
import { postMail } from "@tendril/jobs";
import { emailAddress } from "./email-address.ts";
import { hashPassword, isPassword, newPassword } from "./passwords.ts";

export const usernameRule = "Use 3 to 30 letters (a to z), digits, - or _.";

export const signUpForm = z
  .object({
    username: z
      .string(usernameRule)
      .trim()
      .toLowerCase()
      .regex(/^[a-z0-9_-]{3,30}$/, usernameRule),
    email: emailAddress,
    password: newPassword,
    /** As the browser says; nobody is turned away because of it. */
    time_zone: z.string().refine(isTimeZone).nullable().catch(null),
  })
  .refine(({ username, password }) => password.toLowerCase() !== username, {
    path: ["password"],
    message: "The password must not be the user name.",
  })
  .refine(({ email, password }) => password.toLowerCase() !== email.toLowerCase(), {
    path: ["password"],
    message: "The password must not be the e-mail address.",
  });

function asSignedIn(user: UserRow): SignedIn {
  const { id, username, displayName, role, emailVerifiedAt } = user;
  return { id, username, displayName, role, emailVerified: emailVerifiedAt !== null };
}

export type SignUpOutcome = SignedIn | { taken: Record<string, string> };

/** A person, the mail that proves the address, and the job that sends it: all or nothing. */
export async function signUp(
  context: WebContext,
  { username, email, password, time_zone: timeZone }: z.output<typeof signUpForm>,
  trace: string,
): Promise<SignUpOutcome> {
  const passwordHash = await hashPassword(password);
  const inserted = await transaction(context.db, async (tx) => {
    const person = { username, email, displayName: username, passwordHash, timeZone };
    const user = await insertUser(tx, person);
    if ("taken" in user) return user;
    const event = `sign-up:${user.id}`;
    await postMail(context.outbox, tx, {
      userId: user.id,
      recipient: email,
      template: "verify-email",
      event,
      trace,
    });
    return user;
  });
  if ("taken" in inserted) return { taken: { [inserted.taken]: takenWords[inserted.taken] } };
  return { id: inserted.id, username, displayName: username, role: "member", emailVerified: false };
}

const takenWords = {
  username: "This user name is taken.",
  email: "There is an account with this address already.",
};

/**
 * Null for a wrong name and for a wrong password alike. `start` runs while the password cannot be changed: the sessions
 * that are there then are ended, and one that began after it would live on.
 */
export async function signIn(
  context: WebContext,
  login: string,
  password: string,
  start: (viewer: SignedIn) => Promise<void>,
): Promise<SignedIn | null> {
  const user = await findUserByLogin(context.db, login);
  if (!(await isPassword(password, user?.passwordHash)) || !user) return null;
  if (user.suspendedAt)
    throw new ForbiddenError(
      `This account is suspended: ${user.suspendedReason ?? "no reason is on record"}`,
    );
  const viewer = asSignedIn(user);
  return transaction(context.db, async (tx) => {
    if (!(await holdPasswordHash(tx, user.id, user.passwordHash))) return null;
    await start(viewer);
    return viewer;
  });
}

/** The address is proven, and the person is welcomed. Null when the link is used up or too old. */
export async function verifyEmail(
  context: WebContext,
  secret: string,
  trace: string,
): Promise<number | null> {
  return transaction(context.db, async (tx) => {
    const now = context.clock.now();
    const token = await redeemToken(tx, "verify-email", secret, now);
    const user = token && (await findUserById(tx, token.userId));
    if (!user) return null;
    if (await markEmailVerified(tx, user.id, now)) {
      await postMail(context.outbox, tx, {
        userId: user.id,
        recipient: user.email,
        template: "welcome",
        event: `welcome:${user.id}`,
        trace,
      });
    }
    return user.id;
  });
}

/** Once a minute at the most: the minute is part of the event, and mails are unique by event. */
export async function resendVerification(
  context: WebContext,
  viewer: SignedIn,
  trace: string,
): Promise<"sent" | "confirmed" | "unreachable"> {
  const minute = Math.floor(context.clock.now().getTime() / 60_000);
  return transaction(context.db, async (tx) => {
    const user = await findUserById(tx, viewer.id);
    if (!user || user.emailVerifiedAt) return "confirmed";
    const suppression = await findSuppression(tx, user.email);
    if (suppression && stopsMail(suppression, true)) return "unreachable";
    await postMail(context.outbox, tx, {
      userId: user.id,
      recipient: user.email,
      template: "verify-email",
      event: `verify:${user.id}:${minute}`,
      trace,
    });
    return "sent";
  });
}
