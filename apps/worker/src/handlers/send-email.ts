import {
  closeEmailMessage,
  findEmailMessage,
  findSuppression,
  findUserById,
  holdSending,
  isEssentialMail,
  markNotSent,
  markSending,
  markSent,
  markUnknown,
  stopsMail,
  type EmailMessageRow,
} from "@tendril/database";
import { checkpoint, messageOf, NotYetError, seconds } from "@tendril/runtime";

import type { WorkerContext } from "../context.ts";
import { composeMail } from "../mail/compose.ts";
import { MailNotSentError, MailRefusedError, sendRaw, type RawMail } from "../mail/ses.ts";
import { sendAgain } from "../mail/send-again.ts";
import { awaitTurn } from "../mail/turn.ts";
import type { Handler, Outcome } from "./index.ts";

export const sendEmail: Handler<"send-email"> = {
  async run(context, { emailId }, { dueAt, signal }) {
    const { db, clock } = context;
    const mail = await findEmailMessage(db, emailId);
    if (!mail) return { state: "skipped" };
    const user = mail.userId === null ? null : await findUserById(db, mail.userId);
    if (mail.status === "sending") {
      return leaveOpen(mail, "The worker that was calling SES did not note what came of it");
    }
    if (mail.status !== "waiting") return { state: "skipped" };
    if (!user && mail.userId !== null) return skip(mail, "The account is gone");

    const essential = isEssentialMail(mail.template);
    const suppression = await findSuppression(db, mail.recipient);
    if (suppression && stopsMail(suppression, essential)) {
      const { reason, since } = suppression;
      return close(mail, "suppressed", `A ${reason} on ${since.toISOString()} stopped mail to it`);
    }
    const message = await composeMail(context, mail, user);
    if (!message) return skip(mail, "Nothing was left to tell, or it was not wanted any more");
    await awaitTurn(context, {
      essential,
      lateMs: clock.now().getTime() - dueAt.getTime(),
      signal,
    });
    // One that was held up for longer than its lease must not go on where another has been since.
    if (!(await markSending(db, mail)))
      throw new NotYetError(
        "Another attempt is just sending this mail, or has sent it",
        seconds(3),
      );
    return send(context, mail, message, signal);
  },
};

async function send(
  context: WorkerContext,
  mail: EmailMessageRow,
  message: RawMail,
  signal: AbortSignal,
): Promise<Outcome> {
  const { db, ses, clock, config } = context;
  const tags = { mail: String(mail.id), generation: String(mail.generation) };
  const { configurationSet } = config.mail;
  try {
    const sesMessageId = await sendRaw(ses, message, { tags, configurationSet }, signal);
    checkpoint("mail-sent");
    return { state: "done", effects: (tx) => markSent(tx, mail.id, sesMessageId, clock.now()) };
  } catch (error) {
    if (error instanceof MailRefusedError) return close(mail, "refused", error.message);
    if (error instanceof MailNotSentError) {
      // One that was overtaken in the call knows more than whoever left its mail open.
      if (!(await markNotSent(db, mail, error.message))) await sendAgain(context, mail);
      if (error.holdMs > 0) await holdSending(db, error.holdMs);
      throw error.cause;
    }
    // Broken off from here: whoever has the job next finds that it was being sent.
    signal.throwIfAborted();
    context.logger.warn({ err: error, mail: mail.id }, "SES gave no clear answer");
    return { ...leaveOpen(mail, messageOf(error)), away: "ses" };
  }
}

function close(mail: EmailMessageRow, status: "refused" | "suppressed", why: string): Outcome {
  return { state: "done", effects: (tx) => closeEmailMessage(tx, mail, status, why) };
}

function skip(mail: EmailMessageRow, why: string): Outcome {
  return { state: "skipped", effects: (tx) => closeEmailMessage(tx, mail, "skipped", why) };
}

/** Once more might be twice: mail/settle.ts decides when there is evidence, or has been none for long enough. */
function leaveOpen(mail: EmailMessageRow, why: string): Outcome {
  return {
    state: "done",
    async effects(tx) {
      if (await markUnknown(tx, mail, why)) return;
      const now = await findEmailMessage(tx, mail.id);
      if (now?.status === "waiting")
        throw new NotYetError("The attempt before has just found that it was not sent", 1);
    },
  };
}
