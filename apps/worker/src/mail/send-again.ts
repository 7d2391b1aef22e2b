import { beginNextGeneration, transaction, type EmailMessageRow } from "@tendril/database";
import { mailOrigin } from "@tendril/jobs";

import type { WorkerContext } from "../context.ts";

/** A mail that was left open goes once more, with a job of its own. False when somebody was faster, or it is settled. */
export async function sendAgain(
  { db, outbox, logger }: Pick<WorkerContext, "db" | "outbox" | "logger">,
  mail: Pick<EmailMessageRow, "id" | "generation" | "template" | "userId">,
): Promise<boolean> {
  const { id, generation, template, userId } = mail;
  const again = await transaction(db, async (tx) => {
    if (!(await beginNextGeneration(tx, mail))) return false;
    const options = { ...mailOrigin(userId), trace: `mail-${id}` };
    await outbox.enqueue(tx, "send-email", { emailId: id }, options);
    return true;
  });
  if (again) logger.warn({ mail: id, generation: generation + 1, template }, "sent again");
  return again;
}
