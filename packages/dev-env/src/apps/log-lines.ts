import { z } from "zod";

const entry = z.object({
  level: z.string(),
  msg: z.string(),
  err: z.object({ message: z.string() }).optional(),
  /** Of ticks that were missed: the latest of them. */
  last: z.coerce.date().optional(),
});
type Entry = z.output<typeof entry>;

const QUIET_MS = 5_000;

/** Shows what needs attention of an app's JSON log: warnings and errors, one short line each, no repetitions. */
export function troubleFilter(
  tier: string,
  say: (line: string) => void,
  now: () => number = Date.now,
) {
  const shown = new Map<string, number>();
  const begun = now();
  const words = (line: string) => {
    const read = readLine(line);
    if (read === undefined || typeof read === "string") return read && `! ${tier}: ${read}`;
    return isPause(read, begun) ? PAUSE : `! ${tier}: ${oneLine(read)}`;
  };
  return (line: string): void => {
    const text = words(line);
    if (text === undefined || now() - (shown.get(text) ?? Number.NEGATIVE_INFINITY) < QUIET_MS)
      return;
    shown.set(text, now());
    say(text);
  };
}

/** An alarm in production; on a laptop that was closed it is what one expects. */
const PAUSE =
  "· Timed tasks were due while all of this was stopped: they are noted as missed, and made up for where that matters.";

const isPause = ({ msg, last }: Entry, begun: number) =>
  msg === "ticks were missed" && last !== undefined && last.getTime() < begun;

const oneLine = ({ msg, err }: Entry) =>
  (err ? `${msg}: ${err.message}` : msg).split("\n", 1)[0]?.slice(0, 200);

/** What needs attention: an entry of the logger, or a line of a program that breaks. */
function readLine(line: string): Entry | string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    // Not the logger's: what a program writes when it breaks. The log file has the whole of it.
    return /^\w*(Error|Warning)\b/.test(line) ? line.slice(0, 200) : undefined;
  }
  const read = entry.safeParse(parsed);
  if (!read.success || !["warn", "error", "fatal"].includes(read.data.level)) return undefined;
  return read.data;
}
