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
  const size = duration(Math.floor(Math.abs(ms) / 1_000) * 1_000);
  const text = Math.abs(ms) < 1_000 ? "just now" : ms > 0 ? `${size} ago` : `in ${size}`;
  return { iso: date.toISOString(), text, exact: exactly(date) };
}

/** In UTC, as logs are. */
export function exactly(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** `380 ms`, `4.2 s`, `12 min`, `3 h 20 min`, `5 d`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 10 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)} s`;
  const index = units.findIndex(([, size]) => seconds >= size);
  const [unit, size] = units[index] ?? units[3];
  const whole = Math.floor(seconds / size);
  const next = units[index + 1];
  const rest = next && index < 2 && whole < 10 ? Math.floor((seconds % size) / next[1]) : 0;
  return `${whole} ${unit}${next && rest > 0 ? ` ${rest} ${next[0]}` : ""}`;
}

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
