import { z } from "zod";

const entry = z.object({
  level: z.string(),
  msg: z.string(),
  err: z.object({ message: z.string() }).optional(),
});
const QUIET_MS = 5_000;

/** Shows what needs attention of an app's JSON log: warnings and errors, one short line each, no repetitions. */
export function troubleFilter(
  tier: string,
  say: (line: string) => void,
  now: () => number = Date.now,
) {
  const shown = new Map<string, number>();
  return (line: string): void => {
    const text = readTrouble(line);
    if (text === undefined || now() - (shown.get(text) ?? Number.NEGATIVE_INFINITY) < QUIET_MS)
      return;
    shown.set(text, now());
    say(`! ${tier}: ${text}`);
  };
}

function readTrouble(line: string): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    // Not the logger's: what a program writes when it breaks. The log file has the whole of it.
    return /^\w*(Error|Warning)\b/.test(line) ? line.slice(0, 200) : undefined;
  }
  const read = entry.safeParse(parsed);
  if (!read.success || !["warn", "error", "fatal"].includes(read.data.level)) return undefined;
  const { msg, err } = read.data;
  return (err ? `${msg}: ${err.message}` : msg).split("\n", 1)[0]?.slice(0, 200);
}
