import { insertEmailMessage, type Database, type EmailTemplate } from "@tendril/database";

import type { WebContext } from "../context.ts";

export type Mail = {
  userId: number;
  recipient: string;
  template: EmailTemplate;
  /** Mails are unique by event and recipient, whatever is repeated. */
  event: string;
  trace: string;
};

/** The mail and the job that sends it, in the transaction of what they are about. */
export async function sendMail(
  context: WebContext,
  tx: Database,
  { trace, ...mail }: Mail,
): Promise<void> {
  const emailId = await insertEmailMessage(tx, mail);
  if (emailId === null) return;
  const options = { fairnessGroup: `user-${mail.userId}`, trace, requestedBy: mail.userId };
  await context.outbox.enqueue(tx, "send-email", { emailId }, options);
}
