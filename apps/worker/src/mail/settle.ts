import { findWithoutTrace, isEssentialMail, leaveUnknown } from "@tendril/database";
import { minutes } from "@tendril/runtime";

import type { WorkerContext } from "../context.ts";
import { sendAgain } from "./send-again.ts";

/** Quiet time in which SES's events would have come: `quiet_clock` says what quiet is. */
export const graceMs = minutes(15);

/** A mail that ends without a trace so often would do so again: people have to look. */
const lastGeneration = 4;

const passSize = 100;

/**
 * Decides about mails of which SES shows no trace. Those that people wait for go once more; others stay unknown for
 * operators to see, as nobody should get them twice.
 */
export async function settleUnknown({
  db,
  outbox,
  logger,
}: Pick<WorkerContext, "db" | "outbox" | "logger">): Promise<void> {
  for (const mail of await findWithoutTrace(db, { quietMs: graceMs, limit: passSize })) {
    const { id, generation, template } = mail;
    if (!isEssentialMail(template) || generation >= lastGeneration) {
      await leaveUnknown(db, mail, "SES shows no trace of it; it is not repeated");
      logger.warn({ mail: id, generation, template }, "a mail stays unknown");
      continue;
    }
    await sendAgain({ db, outbox, logger }, mail);
  }
}
