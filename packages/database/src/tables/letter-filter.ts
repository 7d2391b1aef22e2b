import { isAscii } from "../database.ts";
import { letterStates, type LetterState } from "./dead-letters.ts";

/** Which letters are meant. What is left out does not matter. */
export type LetterFilter = {
  state: LetterState | "any";
  ids?: readonly number[] | undefined;
  queue?: string | undefined;
  job?: string | undefined;
  cause?: string | undefined;
  /** Of a mail: an address that it is to, or a part of one. */
  to?: string | undefined;
  /** Words of the error's name or message, as they stand there; the last one may be a beginning. */
  error?: string | undefined;
  since?: Date | undefined;
  /** Not included. */
  until?: Date | undefined;
  /** None that was filed after this one: those that somebody was asked about, and no others. */
  upTo?: number | undefined;
};

/** The same kind of index serves each state, so lists of any state are made of those of each. */
export function statesOf({ state }: LetterFilter): readonly LetterState[] {
  return state === "any" ? letterStates : [state];
}

export type Condition = { sql: string; values: Record<string, unknown> };

/** All of the filter but its state, on the table `l`. `nth` keeps apart what stands in one statement. */
export function conditionOf(filter: LetterFilter, nth = 0): Condition {
  const { ids, queue, job, cause, to, error, since, until, upTo } = filter;
  const parts: string[] = [];
  const values: Record<string, unknown> = {};
  const add = (name: string, value: unknown, sql: (placeholder: string) => string) => {
    if (value === undefined) return;
    values[`${name}${nth}`] = value;
    parts.push(` AND ${sql(`:${name}${nth}`)}`);
  };
  for (const [column, value] of Object.entries({ queue, name: jobOf(filter), cause })) {
    if (value === undefined || isAscii(value)) add(column, value, (to) => `l.${column} = ${to}`);
    else parts.push(" AND FALSE");
  }
  if (ids?.length === 0) parts.push(" AND FALSE");
  else add("ids", ids, (to) => `l.id IN (${to})`);
  add("upTo", upTo, (to) => `l.id <= ${to}`);
  add("since", since, (to) => `l.created_at >= ${to}`);
  add("until", until, (to) => `l.created_at < ${to}`);
  if (to !== undefined && job !== undefined && job !== mailJob) parts.push(" AND FALSE");
  add("to", to && `%${to.replace(/[\\%_]/g, "\\$&")}%`, (part) => `EXISTS (${mailTo(part)})`);
  const pattern = error === undefined ? undefined : patternOf(error);
  add("error", pattern, (to) => `CONCAT(l.error_name, ': ', l.error_message) REGEXP ${to}`);
  return { sql: parts.join(""), values };
}

/** The one kind of job that has a recipient. */
const mailJob = "send-email";

const jobOf = ({ job, to }: Pick<LetterFilter, "job" | "to">) =>
  job ?? (to === undefined ? undefined : mailJob);

const mailTo = (part: string) =>
  `SELECT 1 FROM email_messages m
    WHERE m.id = CAST(JSON_VALUE(COALESCE(l.edited_payload, l.payload), '$.emailId') AS UNSIGNED)
      AND m.recipient LIKE ${part}`;

/** The same, with the index of words where it helps: for what has no order. */
export function conditionByWords(filter: LetterFilter, nth = 0): Condition {
  const { sql, values } = conditionOf(filter, nth);
  const words = filter.error === undefined ? null : wordsOf(filter.error);
  if (words === null) return { sql, values };
  const match = ` AND MATCH (l.error_name, l.error_message) AGAINST (:words${nth} IN BOOLEAN MODE)`;
  return { sql: sql + match, values: { ...values, [`words${nth}`]: words } };
}

/**
 * The part of a filter that an index serves, which has the letters of one state in the order of their deaths. It is
 * named to MariaDB, which would rather read all of them where many seem to match.
 */
export function served({ state, ids, queue, job, cause, to, since, until, upTo }: LetterFilter): {
  filter: LetterFilter;
  index: string;
} {
  const times = { state, since, until, upTo };
  const force = (name: string) => `FORCE INDEX (dead_letters_${name})`;
  if (ids !== undefined) return { filter: { ...times, ids }, index: "" };
  if (cause !== undefined) return { filter: { ...times, cause }, index: force("cause") };
  const name = jobOf({ job, to });
  if (name !== undefined) return { filter: { ...times, job: name }, index: force("name") };
  if (queue !== undefined) return { filter: { ...times, queue }, index: force("queue") };
  return { filter: times, index: force("open") };
}

/** Exactly this text, beginning with a word: what the index of words can find. */
function patternOf(text: string): string {
  const literal = text.trim().replace(/[^\p{L}\p{N}\s]/gu, "\\$&");
  const spaced = literal.replace(/\s+/g, "\\s+");
  return /^[\p{L}\p{N}]/u.test(text.trim()) ? `\\b${spaced}` : spaced;
}

/** What InnoDB leaves out of an index of words, by its defaults. */
const notIndexed = new Set(
  "a about an are as at be by com de en for from how i in is it la of on or that the this to und was what when where who will with www".split(
    " ",
  ),
);

/** For MATCH … AGAINST in boolean mode: every letter with the text has these words. Null: it has none to go by. */
export function wordsOf(text: string): string | null {
  const words = text.match(/[^\s\p{P}\p{S}]+|['\u2019]/gu) ?? [];
  const known = words.flatMap((word, index) => {
    const last = index === words.length - 1;
    const besideApostrophe = [words[index - 1], words[index + 1]].some((next) =>
      /^['\u2019]$/.test(next ?? ""),
    );
    if (besideApostrophe || !/^[A-Za-z0-9]{3,80}$/.test(word)) return [];
    if (last) return [`+${word}*`];
    return notIndexed.has(word.toLowerCase()) ? [] : [`+${word}`];
  });
  return known.length > 0 ? known.join(" ") : null;
}
