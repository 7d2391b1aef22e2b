import { createToken } from "@tendril/database";
import { days, hours } from "@tendril/runtime";

import type { WorkerContext } from "../../context.ts";
import type { FindContent } from "../content.ts";

export const verifyEmail: FindContent = async (context, _, { id }) => ({
  subject: "Confirm your e-mail address",
  preheader: "One click, and your Tendril account is complete.",
  locals: { link: await linkWithToken(context, id, "verify-email", days(3)) },
});

export const resetPassword: FindContent = async (context, _, { id }) => ({
  subject: "Choose a new password",
  preheader: "The link works for an hour, and once.",
  locals: { link: await linkWithToken(context, id, "reset-password", hours(1)) },
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
  userId: number,
  purpose: "verify-email" | "reset-password",
  lasts: number,
): Promise<string> {
  const expiresAt = new Date(clock.now().getTime() + lasts);
  const token = await createToken(db, { purpose, userId, expiresAt });
  return `${config.publicUrl}/${purpose}?token=${token}`;
}
