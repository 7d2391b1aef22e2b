import { Cron } from "croner";

/** Why an expression is refused, and what to write instead. */
export class CronExpressionError extends Error {
  override readonly name = "CronExpressionError";
}

/** When a timed task fires: always in UTC, at whole minutes. */
export type CronExpression = {
  /** The next so many after that moment. */
  next(after: Date, count: number): Date[];
  /** The last so many up to and including that moment, oldest first. */
  last(upTo: Date, count: number): Date[];
};

const fields = [
  { name: "minute", from: 0, to: 59 },
  { name: "hour", from: 0, to: 23 },
  { name: "day of the month", from: 1, to: 31 },
  { name: "month", from: 1, to: 12 },
  { name: "day of the week", from: 0, to: 6 },
] as const;
type Field = (typeof fields)[number];

/**
 * Reads what croner and the platform's own parser (the Ruby gem parse-cron) certainly take for the same: five
 * fields of numbers, `*`, `*\/n`, ranges, and lists of these.
 */
export function parseCron(expression: string): CronExpression {
  const parts = expression.trim().split(/\s+/);
  if (parts.length !== fields.length) {
    throw new CronExpressionError(
      `"${expression}" has ${parts.length} fields: write five, minute hour day month weekday, in UTC`,
    );
  }
  fields.forEach((field, index) => checkField(field, parts[index] ?? ""));
  const cron = new Cron(parts.join(" "), { timezone: "UTC", mode: "5-part" });
  const next = (after: Date, count: number) => cron.nextRuns(count, after);
  if (next(new Date(), 1).length === 0) {
    throw new CronExpressionError(`"${expression}" never fires: there is no such day`);
  }
  return {
    next,
    // Croner looks strictly before.
    last: (upTo, count) => cron.previousRuns(count, new Date(upTo.getTime() + 1)).toReversed(),
  };
}

function checkField(field: Field, text: string): void {
  for (const item of text.split(",")) checkItem(field, text, item);
}

function checkItem({ name, from, to }: Field, text: string, item: string): void {
  const refuse = (why: string): never => {
    throw new CronExpressionError(`the ${name} "${text}" ${why}`);
  };
  const step = /^\*(?:\/(\d+))?$/.exec(item);
  if (step) {
    const every = Number(step[1] ?? 1);
    return every >= 1 && every <= to ? undefined : refuse(`steps by ${every}: write 1 to ${to}`);
  }
  const range = /^(\d+)(?:-(\d+))?$/.exec(item);
  if (!range)
    return refuse("is more than the platform reads: write numbers, *, */n, ranges, lists");
  const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
  if (first < from || last > to) refuse(`is out of bounds: write ${from} to ${to}`);
  if (first > last) refuse(`runs backwards: write ${last}-${first}, or two ranges`);
}
