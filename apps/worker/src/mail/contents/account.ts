import {
  createToken,
  wasTakenBack,
  type EmailMessageRow,
  type TokenPurpose,
  type UserRow,
} from "@tendril/database";
import { days, hours } from "@tendril/runtime";

import type { WorkerContext } from "../../context.ts";
import type { FindContent } from "../content.ts";

export const verifyEmail: FindContent = async (context, mail, user) =>
  mail.recipient === user.email
    ? {
        subject: "Confirm your e-mail address",
        preheader: "One click, and your Tendril account is complete.",
        locals: {
          link: await linkWithToken(context, user, mail, "/verify-email", "verify-email", days(3)),
        },
      }
    : null;

export const resetPassword: FindContent = async (context, mail, user) =>
  mail.recipient === user.email
    ? {
        subject: "Choose a new password",
        preheader: "The link works for an hour, and once.",
        locals: {
          link: await linkWithToken(
            context,
            user,
            mail,
            "/reset-password",
            "reset-password",
            hours(1),
          ),
        },
      }
    : null;

/** To the new address; not when another has been asked for since. */
export const changeEmail: FindContent = async (context, mail, user) =>
  mail.recipient === user.wantedEmail
    ? {
        subject: "Confirm your new e-mail address",
        preheader: "One click, and your Tendril account has this address.",
        locals: {
          link: await linkWithToken(context, user, mail, "/change-email", "change-email", days(3)),
        },
      }
    : null;

/**
 * To the address before. A link for a forgotten password would go to the new one, so whoever has taken the account
 * over would get it: this mail brings its own, and that puts the address back, too. None goes out for a change that
 * was made before somebody took the account back that way: it may have been the thief's.
 */
export const emailChanged: FindContent = async (context, mail, user) =>
  mail.recipient === user.email || (await wasTakenBack(context.db, user.id, mail.createdAt))
    ? null
    : {
        subject: "Your e-mail address was changed",
        preheader: "If this was not you, take your account back within three days.",
        locals: {
          link: await linkWithToken(context, user, mail, "/reset-password", "take-back", days(3)),
        },
      };

export const passwordChanged: FindContent = async ({ config }) => ({
  subject: "Your password was changed",
  preheader: "If this was not you, choose a new one now.",
  locals: { link: `${config.publicUrl}/forgot-password` },
});

export const welcome: FindContent = async ({ config }) => ({
  subject: "Welcome to Tendril",
  preheader: "Your address is confirmed. Here is what you can do now.",
  locals: { link: `${config.publicUrl}/upload` },
  stops: "all",
});

/** The token is made when the mail is sent, so that secrets are in no row and no queue. */
async function linkWithToken(
  { db, clock, config }: WorkerContext,
  { id: userId }: UserRow,
  { recipient: email }: EmailMessageRow,
  path: string,
  purpose: TokenPurpose,
  lasts: number,
): Promise<string> {
  const expiresAt = new Date(clock.now().getTime() + lasts);
  const token = await createToken(db, { purpose, userId, email, expiresAt });
  return `${config.publicUrl}${path}?token=${token}`;
}
