import {
  closeEmailMessage,
  findEmailMessage,
  findUserById,
  markNotSent,
  markSending,
  markSent,
  type EmailMessageRow,
} from "@tendril/database";

import type { WorkerContext } from "../context.ts";
import { composeMail, isEssential } from "../mail/compose.ts";
import { MailNotSentError, MailRefusedError, sendRaw, type RawMail } from "../mail/ses.ts";
import type { Handler, Outcome } from "./index.ts";

export const sendEmail: Handler<"send-email"> = {
  async run(context, { emailId }, { signal }) {
    const mail = await findEmailMessage(context.db, emailId);
    const user = mail && (await findUserById(context.db, mail.userId));
    if (
      !mail ||
      !user ||
      mail.status === "sent" ||
      mail.status === "refused" ||
      mail.status === "unknown"
    ) {
      return { state: "skipped" };
    }
    // An earlier attempt got as far as the call to SES and did not note its end.
    if (mail.status === "sending" && !isEssential(mail.template)) return closeUnknown(mail);

    const message = await composeMail(context, mail, user);
    if (!message) return { state: "skipped" };
    // One that was held up for longer than its lease must not go on where another has been since.
    if (mail.status === "waiting" && !(await markSending(context.db, mail.id)))
      throw new Error("Another attempt is just sending this mail");
    return send(context, mail, message, signal);
  },
};

async function send(
  context: WorkerContext,
  mail: EmailMessageRow,
  message: RawMail,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const sesMessageId = await sendRaw(context.ses, message, signal);
    return {
      state: "done",
      effects: (tx) => markSent(tx, mail.id, sesMessageId, context.clock.now()),
    };
  } catch (error) {
    if (error instanceof MailRefusedError) {
      return {
        state: "done",
        effects: (tx) => closeEmailMessage(tx, mail.id, "refused", error.message),
      };
    }
    if (error instanceof MailNotSentError) {
      await markNotSent(context.db, mail.id, error.message);
      throw error.cause;
    }
    throw error;
  }
}

/** Once more might be twice: nobody is bothered, and operators can see it. */
function closeUnknown(mail: EmailMessageRow): Outcome {
  const why = "The worker died while SES was being called, or SES gave no clear answer";
  return { state: "done", effects: (tx) => closeEmailMessage(tx, mail.id, "unknown", why) };
}
