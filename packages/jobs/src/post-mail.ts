import { insertEmailMessage, type Database, type EmailTemplate } from "@tendril/database";

import type { Outbox } from "./outbox.ts";

export type Mail = {
  userId: number;
  recipient: string;
  template: EmailTemplate;
  /** Mails are unique by event and recipient, whatever is repeated. */
  event: string;
  /** Ids of what the mail tells; its words and pictures are found when it is sent. */
  about?: Record<string, string | number>;
  trace: string;
};

/** The mail and the job that sends it, in the transaction of what they are about. */
export async function postMail(
  outbox: Outbox,
  tx: Database,
  { trace, about, ...mail }: Mail,
): Promise<void> {
  const emailId = await insertEmailMessage(tx, {
    ...mail,
    about: about ? JSON.stringify(about) : null,
  });
  if (emailId === null) return;
  const options = { fairnessGroup: `user-${mail.userId}`, trace, requestedBy: mail.userId };
  await outbox.enqueue(tx, "send-email", { emailId }, options);
}
