import {
  findOpenIncidents,
  findPastIncidents,
  type Database,
  type IncidentRow,
} from "@tendril/database";

import { readAlarms, type Reading } from "./read.ts";
import { thresholdOf } from "./thresholds.ts";

const shown = 50;
const pastShown = 5;

export type Board = {
  /** What people were told of and is not over, newest first. */
  open: IncidentRow[];
  /** What is wrong at this moment, and nobody was told: too new, or no worker is there to notice. */
  pending: (Reading & { value: number })[];
  /** The last that are over. */
  past: IncidentRow[];
};

/** Reads what is watched anew, so it also tells that no worker is alive. */
export async function readBoard(db: Database, now: Date): Promise<Board> {
  const [open, past, readings] = await Promise.all([
    findOpenIncidents(db, shown),
    findPastIncidents(db, pastShown),
    readAlarms(db, now),
  ]);
  const isOpen = ({ alarm, subject }: Reading) =>
    open.some((incident) => incident.alarm === alarm && incident.subject === subject);
  const pending = readings.flatMap((reading) => {
    const { alarm, subject, value } = reading;
    const threshold = thresholdOf(alarm, subject);
    const isWrong = threshold && value !== null && value >= threshold.raise;
    return isWrong && !isOpen(reading) ? [{ ...reading, value }] : [];
  });
  return { open, pending, past };
}
