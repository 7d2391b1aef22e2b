import {
  closeLetters,
  lastLetterId,
  lockLetters,
  transaction,
  walkLetters,
  type LetterFilter,
} from "@tendril/database";

import { recordActions, stoppedClock } from "../actions.ts";
import type { OperationsContext, Operator } from "../context.ts";

/** Letters in one transaction. */
const batchSize = 200;

type DropOptions = {
  reason: string;
  /** Told after each batch how many are dropped. */
  onProgress?: (dropped: number) => void;
};

/** Closes all open letters that the filter means: their jobs stay dead. Answers how many. */
export async function dropLetters(
  { db, ...context }: Pick<OperationsContext, "db" | "clock">,
  operator: Operator,
  filter: LetterFilter,
  { reason, onProgress }: DropOptions,
): Promise<number> {
  const open: LetterFilter = { ...filter, state: "open" };
  const upToId = filter.upTo ?? (await lastLetterId(db));
  let dropped = 0;
  for (let afterId = 0; afterId < upToId;) {
    const { ids, reached } = await walkLetters(db, open, { afterId, upToId, limit: batchSize });
    const clock = stoppedClock(context.clock);
    dropped += await transaction(db, async (tx) => {
      const letters = (await lockLetters(tx, ids)).filter(({ state }) => state === "open");
      const end = { state: "dropped" as const, reason, at: clock.now() };
      await closeLetters(
        tx,
        letters.map(({ id }) => id),
        end,
      );
      const actions = letters.map(({ id, state }) => ({
        action: "dead drop",
        subject: { kind: "letter" as const, id: String(id) },
        reason,
        before: { state },
        after: { state: end.state },
      }));
      await recordActions(tx, clock, operator, actions);
      return letters.length;
    });
    onProgress?.(dropped);
    afterId = reached;
  }
  return dropped;
}
