import { insertOperatorActions, type Database, type OperatorActionRow } from "@tendril/database";
import type { Clock } from "@tendril/runtime";

import type { Operator } from "./context.ts";

export type Action = {
  /** What was done, in the words of the command line: `dead redrive`, `user suspend`. */
  action: string;
  subject: { kind: OperatorActionRow["subjectKind"]; id: string };
  reason: string;
  before?: unknown;
  after?: unknown;
};

/** For the transaction in which it is done: what was done and the record of it are one fact. */
export async function recordAction(
  tx: Database,
  clock: Clock,
  operator: Operator,
  action: Action,
): Promise<void> {
  await recordActions(tx, clock, operator, [action]);
}

/** Many at once, in one statement. */
export async function recordActions(
  tx: Database,
  clock: Clock,
  operator: Operator,
  actions: readonly Action[],
): Promise<void> {
  const at = clock.now();
  const rows = actions.map(({ action, subject, reason, before, after }) => ({
    at,
    operatorId: operator.userId,
    operator: operator.name,
    action,
    subjectKind: subject.kind,
    subjectId: subject.id,
    reason,
    before: before === undefined ? null : JSON.stringify(before),
    after: after === undefined ? null : JSON.stringify(after),
  }));
  await insertOperatorActions(tx, rows);
}

/** What is done in one transaction was done at one time: the record and the thing itself say the same. */
export function stoppedClock(clock: Clock): Clock {
  const at = clock.now();
  return { now: () => at };
}
