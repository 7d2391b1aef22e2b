import { momentHint, parseMoment } from "@tendril/operations";
import { InvalidArgumentError } from "commander";

/** `2026-11-21 06:10:05`, in UTC like everything that operators compare. */
export const when = (at: Date | null): string =>
  at === null ? "-" : at.toISOString().slice(0, 19).replace("T", " ");

/** The same for narrow places: `06:10:05` today, `11-20 06:10` in the same year. */
export function shortWhen(at: Date, now: Date): string {
  const text = when(at);
  if (text.slice(0, 10) === when(now).slice(0, 10)) return text.slice(11);
  return text.slice(0, 4) === when(now).slice(0, 4) ? text.slice(5, 16) : text.slice(0, 10);
}

const second = 1_000;
const units = new Map([
  ["s", second],
  ["m", 60 * second],
  ["h", 3_600 * second],
  ["d", 86_400 * second],
]);

/** `45s`, `12m`, `3h`, `5d`: how long ago, roughly. */
export function age(at: Date, now: Date): string {
  const ms = Math.max(0, now.getTime() - at.getTime());
  const [unit, length] = [...units].findLast(([, length]) => ms >= 2 * length) ?? ["s", second];
  return `${Math.floor(ms / length)}${unit}`;
}

/** `380 ms`, `4.2 s`, `12 min`, `3 h`: how long something took. */
export function duration(ms: number): string {
  if (ms < second) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60 * second) return `${(ms / second).toFixed(1)} s`;
  if (ms < 2 * 3_600 * second) return `${Math.round(ms / (60 * second))} min`;
  return `${Math.round(ms / (3_600 * second))} h`;
}

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** For options: as on pages, `30m`, `2h`, `3d` before now, or a time, in UTC where no zone is said. */
export function parseTime(text: string): Date {
  const at = parseMoment(text, new Date());
  if (at === null) throw new InvalidArgumentError(`Write ${momentHint}`);
  return at;
}

/** For options: a whole number from 1 on. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d{1,9}$/.test(text) || count < 1)
    throw new InvalidArgumentError("Write a whole number from 1 on.");
  return count;
}

/** For options: the same, up to a limit. */
export const parseUpTo =
  (most: number) =>
  (text: string): number => {
    const count = parseCount(text);
    if (count > most) throw new InvalidArgumentError(`Write a number up to ${most}.`);
    return count;
  };
