import { select, type Database } from "../database.ts";
import { conditionOf, statesOf, type LetterFilter } from "./letter-filter.ts";

/** Ids in one look, whether there are letters or not: no look reads more rows than that. */
const span = 10_000;

type Range = { afterId: number; upToId: number; limit: number };

/**
 * Letters in the order of their ids, a few at a time. `reached`: all up to this id were looked at, and the next
 * walk begins behind it.
 */
export async function walkLetters(
  db: Database,
  filter: LetterFilter,
  { afterId, upToId, limit }: Range,
): Promise<{ ids: number[]; reached: number }> {
  const condition = conditionOf(filter);
  for (let from = afterId; from < upToId; from += span) {
    const to = Math.min(from + span, upToId);
    const sql = `SELECT l.id FROM dead_letters l
      WHERE l.id > :from AND l.id <= :to AND l.state IN (:states)${condition.sql}
      ORDER BY l.id LIMIT :limit`;
    const values = { ...condition.values, from, to, states: statesOf(filter), limit };
    const ids = (await select<{ id: number }>(db, sql, values)).map(({ id }) => id);
    if (ids.length > 0) return { ids, reached: ids.length === limit ? (ids.at(-1) ?? to) : to };
  }
  return { ids: [], reached: upToId };
}
