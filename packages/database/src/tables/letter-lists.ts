import { select, type Database } from "../database.ts";
import { countLetters } from "./letter-causes.ts";
import type { DeadLetterRow, LetterState } from "./dead-letters.ts";
import { conditionOf, served, statesOf, wordsOf, type LetterFilter } from "./letter-filter.ts";

/** What lists show of a letter. */
export type LetterSummary = Pick<
  DeadLetterRow,
  | "id"
  | "jobId"
  | "queue"
  | "name"
  | "errorName"
  | "errorMessage"
  | "cause"
  | "state"
  | "requestedBy"
  | "createdAt"
  | "closedAt"
> & {
  edited: boolean;
  /** Of a message that nobody could read: there is no job. */
  raw: boolean;
};

const columns = `l.id, l.job_id AS jobId, l.queue, l.name, l.error_name AS errorName,
  LEFT(l.error_message, 300) AS errorMessage, l.cause, l.state, l.requested_by AS requestedBy,
  l.created_at AS createdAt, l.closed_at AS closedAt, l.edited_payload IS NOT NULL AS edited,
  l.raw_message IS NOT NULL AS raw`;

type Found = Omit<LetterSummary, "edited" | "raw"> & { edited: number; raw: number };

const summary = (found: Found): LetterSummary => ({
  ...found,
  edited: found.edited === 1,
  raw: found.raw === 1,
});

/** Letters that are looked through one by one for what no index serves. */
const lookedThrough = 10_000;

/** A text that many letters have is soon found like that, and that of few by the index of words. */
const lookedThroughForText = (limit: number) => Math.max(1_000, 10 * limit);

export type LetterPage = {
  letters: LetterSummary[];
  /** False: only the newest letters were looked through, as no index serves this. */
  complete: boolean;
};

type PageOptions = {
  /** The last letter of the page before. */
  before?: Pick<DeadLetterRow, "id" | "createdAt"> | undefined;
  limit: number;
};

/** Newest first. However many letters there are, few rows are read. */
export async function findLetters(
  db: Database,
  filter: LetterFilter,
  options: PageOptions,
): Promise<LetterPage> {
  const { error, limit } = { error: filter.error, limit: options.limit };
  const inner = served(filter).filter;
  if (conditionOf(inner).sql === conditionOf(filter).sql)
    return { letters: await findEach(db, filter, options, "plain"), complete: true };
  if (error !== undefined) {
    const near = await findEach(db, filter, options, lookedThroughForText(limit));
    if (near.length === limit) return { letters: near, complete: true };
    const words = wordsOf(error);
    if (words !== null)
      return { letters: await findEach(db, filter, options, words), complete: true };
  }
  const letters = await findEach(db, filter, options, lookedThrough);
  if (letters.length === limit) return { letters, complete: true };
  const [count = 0] = await countLetters(db, [inner], lookedThrough);
  return { letters, complete: count < lookedThrough };
}

/** Payloads name things by their ids: none that does is longer. */
const longestPayload = 4_000;

/** What a redrive of these letters would send, of those that have a job. */
export function findLetterPayloads(
  db: Database,
  ids: readonly number[],
): Promise<{ id: number; name: string; payload: string }[]> {
  if (ids.length === 0) return Promise.resolve([]);
  const sql = `SELECT id, name, LEFT(COALESCE(edited_payload, payload), ${longestPayload}) AS payload
    FROM dead_letters WHERE id IN (:ids) AND name IS NOT NULL
      AND COALESCE(edited_payload, payload) IS NOT NULL`;
  return select(db, sql, { ids });
}

/** How these letters stand, and since when. */
export function findLetterEnds(
  db: Database,
  ids: readonly number[],
): Promise<Pick<DeadLetterRow, "id" | "state" | "closedAt" | "closedReason">[]> {
  if (ids.length === 0) return Promise.resolve([]);
  const sql = `SELECT id, state, closed_at AS closedAt, closed_reason AS closedReason
    FROM dead_letters WHERE id IN (:ids)`;
  return select(db, sql, { ids });
}

/** The newest letter of each filter that has one; in one statement. */
export async function findNewestOfEach(
  db: Database,
  filters: readonly LetterFilter[],
): Promise<LetterSummary[]> {
  if (filters.length === 0) return [];
  const conditions = filters.map((filter, nth) => conditionOf(filter, nth));
  const newest = filters.flatMap((filter, nth) =>
    statesOf(filter).map(
      (state) => `(SELECT ${columns} FROM dead_letters l ${served(filter).index}
        WHERE l.state = '${state}'${conditions[nth]?.sql}
        ORDER BY l.created_at DESC, l.id DESC LIMIT 1)`,
    ),
  );
  const values = Object.assign({}, ...conditions.map(({ values }) => values));
  return (await select<Found>(db, newest.join(" UNION ALL "), values)).map(summary);
}

/** A way to look: by the indexes of columns alone, through so many of the newest, or by words. */
type Way = "plain" | number | (string & {});

async function findEach(
  db: Database,
  filter: LetterFilter,
  { before, limit }: PageOptions,
  way: Way,
): Promise<LetterSummary[]> {
  const { filter: inner, index } = served(filter);
  const condition = conditionOf(filter);
  const older = before
    ? ` AND l.created_at <= :beforeAt AND (l.created_at < :beforeAt OR l.id < :beforeId)`
    : "";
  const newestFirst = "ORDER BY l.created_at DESC, l.id DESC";
  const ofState = (state: LetterState) => {
    const where = `l.state = '${state}'${older}`;
    if (typeof way === "number") {
      const newest = `SELECT l.id FROM dead_letters l ${index}
        WHERE ${where}${conditionOf(inner).sql}
        ${newestFirst} LIMIT ${way}`;
      return `(SELECT ${columns} FROM (${newest}) newest JOIN dead_letters l ON l.id = newest.id
        WHERE TRUE${condition.sql} ${newestFirst} LIMIT :limit)`;
    }
    const byWords =
      way === "plain"
        ? ""
        : " AND MATCH (l.error_name, l.error_message) AGAINST (:words IN BOOLEAN MODE)";
    return `(SELECT ${columns} FROM dead_letters l ${way === "plain" ? index : ""} WHERE ${where}${condition.sql}${byWords}
      ${newestFirst} LIMIT :limit)`;
  };
  const sql = `${statesOf(filter).map(ofState).join(" UNION ALL ")}
    ORDER BY createdAt DESC, id DESC LIMIT :limit`;
  const values = {
    ...condition.values,
    limit,
    words: way,
    beforeAt: before?.createdAt,
    beforeId: before?.id,
  };
  return (await select<Found>(db, sql, values)).map(summary);
}
