import { select, type Database } from "../database.ts";
import type { LetterState } from "./dead-letters.ts";
import { conditionByWords, conditionOf, statesOf, type LetterFilter } from "./letter-filter.ts";

/** Letters of one state with the same fingerprint; the first and the last of all of them. */
export type CauseGroup = { state: LetterState; cause: string; firstAt: Date; lastAt: Date };

/**
 * The last died first. Reads two entries of an index for each cause, not one for each letter: therefore counts
 * are asked for by themselves, and a text, or a queue beside a job, is not looked at.
 */
export async function findCauses(
  db: Database,
  filter: LetterFilter,
  limit: number,
): Promise<CauseGroup[]> {
  const { queue, job, cause, since, until } = filter;
  // Said like this, group by group from the index's own beginning, MariaDB leaps from cause to cause.
  const leap =
    job !== undefined
      ? { by: "l.state, l.name, l.cause", index: "dead_letters_name_cause", equal: { job } }
      : queue !== undefined
        ? { by: "l.state, l.queue, l.cause", index: "dead_letters_queue_cause", equal: { queue } }
        : { by: "l.state, l.cause", index: "dead_letters_cause", equal: {} };
  const condition = conditionOf({ state: filter.state, ...leap.equal, cause });
  const ofState = (state: LetterState) =>
    `(SELECT l.state, l.cause, MIN(l.created_at) AS firstAt, MAX(l.created_at) AS lastAt
      FROM dead_letters l FORCE INDEX (${leap.index})
      WHERE l.state = '${state}'${condition.sql} GROUP BY ${leap.by}
      HAVING lastAt >= :since AND firstAt < :until ORDER BY lastAt DESC LIMIT :limit)`;
  const sql = `${statesOf(filter).map(ofState).join(" UNION ALL ")} ORDER BY lastAt DESC LIMIT :limit`;
  const times = { since: since ?? new Date(0), until: until ?? new Date("9999-01-01") };
  return select<CauseGroup>(db, sql, { ...condition.values, ...times, limit });
}

/** How many letters each filter means, none counted beyond `upTo`; in one statement. */
export async function countLetters(
  db: Database,
  filters: readonly LetterFilter[],
  upTo: number,
): Promise<number[]> {
  if (filters.length === 0) return [];
  const conditions = filters.map((filter, nth) => conditionByWords(filter, nth));
  const counts = filters.map((filter, nth) => {
    const each = statesOf(filter).map(
      (state) =>
        `(SELECT 1 FROM dead_letters l WHERE l.state = '${state}'${conditions[nth]?.sql} LIMIT :upTo)`,
    );
    return `SELECT ${nth} AS nth, COUNT(*) AS count FROM (${each.join(" UNION ALL ")}) n`;
  });
  const values = Object.assign({ upTo }, ...conditions.map(({ values }) => values));
  const found = await select<{ nth: number; count: number }>(
    db,
    counts.join(" UNION ALL "),
    values,
  );
  return filters.map((_, index) => {
    const count = found.find(({ nth }) => nth === index)?.count ?? 0;
    return Math.min(count, upTo);
  });
}
