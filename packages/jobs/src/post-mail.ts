import {
  insertEmailMessage,
  isEssentialMail,
  takePlace,
  type Database,
  type EmailTemplate,
} from "@tendril/database";

import type { EnqueueOptions, Outbox } from "./outbox.ts";

export type Mail = {
  /** Null for mails to operators, whose address is nobody's account. */
  userId: number | null;
  recipient: string;
  template: EmailTemplate;
  /** Mails are unique by event and recipient, whatever is repeated. */
  event: string;
  /** Ids of what the mail tells; its words and pictures are found when it is sent. */
  about?: Record<string, string | number>;
  trace: string;
};

/** What is due sooner than this goes to the queue at once: mails that people wait for can wait behind that little. */
const soonMs = 5_000;

/**
 * The mail and the job that sends it, in the transaction of what they are about; best at its end, as all who post
 * mails wait for each other there. Essential mail is sent at once. Other mail gets its place in a lane and waits in
 * the outbox until then: a hundred thousand digests are never in the queue before somebody's new password.
 */
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
  const waitMs = isEssentialMail(mail.template) ? 0 : ((await takePlace(tx, "ordinary")) ?? 0);
  const options = {
    ...mailOrigin(mail.userId),
    trace,
    afterMs: waitMs > soonMs ? waitMs : 0,
  };
  await outbox.enqueue(tx, "send-email", { emailId }, options);
}

/** Whom the job of a mail is for. */
export function mailOrigin(
  userId: number | null,
): Pick<EnqueueOptions, "fairnessGroup" | "requestedBy"> {
  return userId === null
    ? { fairnessGroup: "operators" }
    : { fairnessGroup: `user-${userId}`, requestedBy: userId };
}
