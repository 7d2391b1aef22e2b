import {
  findLettersById,
  lastLetterId,
  walkLetters,
  type DeadLetterRow,
  type LetterFilter,
} from "@tendril/database";
import { readHistory, type HistoryEntry } from "@tendril/jobs";

import type { OperationsContext } from "../context.ts";

/** A letter as a line of JSON has it. `message` is what was in a message that nobody could read. */
export type ExportedLetter = Omit<DeadLetterRow, "attempts" | "rawMessage"> & {
  attempts: HistoryEntry[];
  message: string | null;
};

const batchSize = 200;

/** Oldest first, a few at a time, however many there are; letters that are filed meanwhile are left out. */
export async function* exportLetters(
  { db }: Pick<OperationsContext, "db">,
  filter: LetterFilter,
): AsyncGenerator<ExportedLetter> {
  const upToId = await lastLetterId(db);
  for (let afterId = 0; afterId < upToId;) {
    const { ids, reached } = await walkLetters(db, filter, { afterId, upToId, limit: batchSize });
    for (const { attempts, rawMessage, ...letter } of await findLettersById(db, ids))
      yield {
        ...letter,
        attempts: readHistory(attempts),
        message: rawMessage?.toString() ?? null,
      };
    afterId = reached;
  }
}
