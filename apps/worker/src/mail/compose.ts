import {
  createToken,
  type EmailMessageRow,
  type EmailTemplate,
  type UserRow,
} from "@tendril/database";
import { days, hours } from "@tendril/runtime";
import MailComposer from "nodemailer/lib/mail-composer";

import type { WorkerContext } from "../context.ts";
import type { RawMail } from "./ses.ts";
import { renderMail } from "./render.ts";

type Mail = {
  subject: string;
  /** What mail programs show behind the subject. */
  preheader: string;
  /** Goes out from its own sender and is repeated rather than lost. */
  essential: boolean;
  /** Where the mail's one button leads; made when the mail is sent, so that secrets are in no row and no queue. */
  link: (context: WorkerContext, user: UserRow) => Promise<string>;
};

const mails: Record<EmailTemplate, Mail> = {
  "verify-email": {
    subject: "Confirm your e-mail address",
    preheader: "One click, and your Tendril account is complete.",
    essential: true,
    link: async (context, { id }) =>
      `/verify-email?token=${await newToken(context, id, "verify-email", days(3))}`,
  },
  "reset-password": {
    subject: "Choose a new password",
    preheader: "The link works for an hour.",
    essential: true,
    link: async (context, { id }) =>
      `/reset-password?token=${await newToken(context, id, "reset-password", hours(1))}`,
  },
  welcome: {
    subject: "Welcome to Tendril",
    preheader: "Your address is confirmed. Here is what you can do now.",
    essential: false,
    link: async () => "/upload",
  },
  notification: { subject: "", preheader: "", essential: false, link: async () => "/" },
  digest: { subject: "", preheader: "", essential: false, link: async () => "/" },
};

export function isEssential(template: EmailTemplate): boolean {
  return mails[template].essential;
}

function newToken(
  { db, clock }: WorkerContext,
  userId: number,
  purpose: "verify-email" | "reset-password",
  lasts: number,
) {
  return createToken(db, { purpose, userId, expiresAt: new Date(clock.now().getTime() + lasts) });
}

/** The whole message as it goes over the wire, HTML and text side by side; null when there is nothing to tell any more. */
export async function composeMail(
  context: WorkerContext,
  { id, template, recipient }: EmailMessageRow,
  user: UserRow,
): Promise<RawMail | null> {
  const { config } = context;
  const { subject, preheader, essential, link } = mails[template];
  const from = essential ? config.mail.fromEssential : config.mail.from;
  const locals = {
    subject,
    preheader,
    name: user.displayName,
    link: config.publicUrl + (await link(context, user)),
    publicUrl: config.publicUrl,
  };
  const composer = new MailComposer({
    from,
    to: recipient,
    subject,
    html: renderMail(template, "html", locals),
    text: renderMail(template, "text", locals),
    headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
  });
  return {
    from,
    to: recipient,
    bytes: await composer.compile().build(),
    tags: { mail: String(id) },
  };
}
