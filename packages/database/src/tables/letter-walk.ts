import { select, type Database } from "../database.ts";
import { conditionOf, statesOf, type LetterFilter } from "./letter-filter.ts";

/** Ids in one look, whether there are letters or not: no look reads more rows than that. */
const span = 10_000;

type Range = { afterId: number; upToId: number; limit: number };

/**
 * Letters in the order of their ids, so many at a time. `reached`: all up to this id were looked at, and the next
 * walk begins behind it.
 */
export async function walkLetters(
  db: Database,
  filter: LetterFilter,
  { afterId, upToId, limit }: Range,
): Promise<{ ids: number[]; reached: number }> {
  const condition = conditionOf(filter);
  const ids: number[] = [];
  for (let from = afterId; from < upToId; from += span) {
    const to = Math.min(from + span, upToId);
    const sql = `SELECT l.id FROM dead_letters l
      WHERE l.id > :from AND l.id <= :to AND l.state IN (:states)${condition.sql}
      ORDER BY l.id LIMIT :rest`;
    const rest = limit - ids.length;
    const values = { ...condition.values, from, to, states: statesOf(filter), rest };
    const found = await select<{ id: number }>(db, sql, values);
    ids.push(...found.map(({ id }) => id));
    if (found.length === rest) return { ids, reached: ids.at(-1) ?? to };
  }
  return { ids, reached: upToId };
}
