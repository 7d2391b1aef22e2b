import { messageOf, type Clock } from "@tendril/runtime";
import { z } from "zod";

/** What is kept of an attempt that did not succeed. */
const entry = z.object({
  attempt: z.int(),
  worker: z.string().nullable(),
  /** What its worker ran. This and the next are not in older entries. */
  release: z.string().nullish(),
  /** Since when it was to run, was in its queue, was worked on. */
  dueAt: z.string().nullish(),
  sentAt: z.string().nullish(),
  startedAt: z.string().nullish(),
  outcome: z.enum(["failed", "crashed", "handed back", "unknown"]),
  at: z.string(),
  error: z.string(),
});
export type HistoryEntry = z.output<typeof entry>;

/** Handing back costs nothing, so there is no end to how often it can happen. */
const kept = 50;

export function readHistory(json: string): HistoryEntry[] {
  return z.array(entry).parse(JSON.parse(json));
}

export function addToHistory(
  json: string,
  clock: Clock,
  { error, ...what }: Omit<HistoryEntry, "at" | "error"> & { error: unknown },
): string {
  const added = { ...what, at: clock.now().toISOString(), error: messageOf(error).slice(0, 2_000) };
  return JSON.stringify([...readHistory(json), added].slice(-kept));
}
