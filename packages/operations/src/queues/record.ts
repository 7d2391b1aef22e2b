import { transaction } from "@tendril/database";
import type { AnyQueueName } from "@tendril/jobs";

import { recordAction, type Action } from "../actions.ts";
import type { OperationsContext, Operator } from "../context.ts";

/** Before it is done: SQS and the database cannot do it in one, and what is on record twice is no harm. */
export function recordQueueAction(
  { db, clock }: Pick<OperationsContext, "db" | "clock">,
  operator: Operator,
  { queue, ...action }: Omit<Action, "subject"> & { queue: AnyQueueName },
): Promise<void> {
  const subject = { kind: "queue" as const, id: queue };
  return transaction(db, (tx) => recordAction(tx, clock, operator, { ...action, subject }));
}
