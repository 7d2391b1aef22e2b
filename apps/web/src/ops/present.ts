import type { PresentedDate } from "../presenters/dates.ts";

/** For the partial `ops/views/_when`. */
export type When = PresentedDate & { exact: string };

const units = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** `12 s ago`, `in 3 min`; who needs more finds it in `exact`. */
export function when(date: Date, now: Date): When {
  const ms = now.getTime() - date.getTime();
  const step = Math.abs(ms) < 60_000 ? 1_000 : 60_000;
  const size = duration(Math.floor(Math.abs(ms) / step) * step);
  const text = Math.abs(ms) < 1_000 ? "just now" : ms > 0 ? `${size} ago` : `in ${size}`;
  return { iso: date.toISOString(), text, exact: exactly(date) };
}

/** In UTC, as logs are. */
export function exactly(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** `380 ms`, `4.2 s`, `2 min 1 s`, `12 min`, `3 h 20 min`, `5 d`: rounded to what is said of it. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 9.95 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)} s`;
  const exact = roundedTo(seconds, resolutionOf(seconds));
  const index = Math.max(
    0,
    units.findIndex(([, size]) => exact >= size),
  );
  const [unit, size] = units[index] ?? units[3];
  const whole = Math.floor(exact / size);
  const next = units[index + 1];
  const rest = next && whole < 10 ? Math.floor((exact % size) / next[1]) : 0;
  return `${whole} ${unit}${next && rest > 0 ? ` ${rest} ${next[0]}` : ""}`;
}

/** Of few units of a size the smaller one is said, too. */
function resolutionOf(seconds: number): number {
  const index = units.findIndex(([, size]) => seconds >= size);
  const [, size] = units[index] ?? units[3];
  return seconds < 10 * size ? (units[index + 1]?.[1] ?? size) : size;
}

const roundedTo = (value: number, step: number) => Math.round(value / step) * step;

/** `1 letter`, `1,200 letters`; `1,000+ letters` where counting ended there. */
export function counted(count: number, noun: string, most = Infinity): string {
  const number = count.toLocaleString("en-GB");
  return `${number}${count >= most ? "+" : ""} ${noun}${count === 1 ? "" : "s"}`;
}

/** JSON for people; anything else stays as it is. */
export function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
