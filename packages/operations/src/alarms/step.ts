import type { IncidentRow } from "@tendril/database";

import type { Threshold } from "./thresholds.ts";

/** `well`: it is, but not for long enough to be over. */
export type Step = "none" | "wrong" | "open" | "well" | "close" | "drop";

type Times = Pick<IncidentRow, "begunAt" | "raisedAt" | "openedAt">;

/** What becomes of an incident by what is measured now; null: it cannot be known. */
export function nextStep(
  { begunAt, raisedAt, openedAt }: Times,
  value: number | null,
  { raise, clear, openAfterMs, closeAfterMs }: Threshold,
  now: Date,
): Step {
  if (value === null) return "none";
  const since = (time: Date) => now.getTime() - time.getTime();
  if (!openedAt) {
    if (value < raise) return "drop";
    return since(begunAt) >= openAfterMs ? "open" : "wrong";
  }
  if (value >= clear) return "wrong";
  return since(raisedAt) >= closeAfterMs ? "close" : "well";
}
