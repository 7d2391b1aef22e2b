import {
  closeIncidents,
  dropIncidents,
  insertIncident,
  lockActiveIncidents,
  noteIncidentValue,
  openIncidents,
  transaction,
  type Database,
  type IncidentRow,
} from "@tendril/database";
import { postMail } from "@tendril/jobs";
import { hours } from "@tendril/runtime";

import type { OperationsContext } from "../context.ts";
import type { Reading } from "./read.ts";
import { nextStep } from "./step.ts";
import { thresholdOf } from "./thresholds.ts";

type Context = Pick<OperationsContext, "db" | "outbox" | "clock">;

/** What people are told of: incidents that began, and those that are over. */
export type Round = { opened: IncidentRow[]; closed: IncidentRow[] };

/** What no worker has found wrong for so long, and no worker here knows, is nobody's any more. */
const forgottenMs = hours(1);

/**
 * Opens and closes incidents by what was read, and posts one mail about all of that to whoever is to be told, in one
 * transaction. Done twice, or by two workers at the same time, it comes to the same.
 */
export function recordReadings(
  context: Context,
  readings: readonly Reading[],
  recipient: string | undefined,
): Promise<Round> {
  const { db, clock } = context;
  return transaction(db, async (tx) => {
    const round = await takeSteps(tx, readings, clock.now());
    if (recipient !== undefined) await tell(context, tx, round, recipient);
    return round;
  });
}

async function takeSteps(tx: Database, readings: readonly Reading[], now: Date): Promise<Round> {
  for (const { alarm, subject, value } of readings) {
    const threshold = thresholdOf(alarm, subject);
    if (threshold && value !== null && value >= threshold.raise)
      await insertIncident(tx, { alarm, subject, value }, now);
  }
  const opened: IncidentRow[] = [];
  const closed: IncidentRow[] = [];
  const dropped: IncidentRow[] = [];
  for (const incident of await lockActiveIncidents(tx)) {
    const { id, alarm, subject } = incident;
    const threshold = thresholdOf(alarm, subject);
    if (!threshold) {
      // Another release's: its own workers look after it, as long as there are any.
      if (now.getTime() - incident.raisedAt.getTime() > forgottenMs)
        (incident.openedAt ? closed : dropped).push(incident);
      continue;
    }
    const reading = readings.find((one) => one.alarm === alarm && one.subject === subject);
    // What it was about is not there any more: a task that was taken out.
    const value = reading ? reading.value : 0;
    const step = nextStep(incident, value, threshold, now);
    if (step === "open") opened.push(incident);
    if (step === "close") closed.push(incident);
    if (step === "drop") dropped.push(incident);
    const raised = step === "wrong" || step === "open";
    if (value !== null && step !== "drop") await noteIncidentValue(tx, id, { value, raised }, now);
  }
  await openIncidents(tx, idsOf(opened), now);
  await closeIncidents(tx, idsOf(closed), now);
  await dropIncidents(tx, idsOf(dropped));
  return { opened, closed };
}

async function tell(
  { outbox }: Context,
  tx: Database,
  { opened, closed }: Round,
  recipient: string,
): Promise<void> {
  const [first] = [...idsOf(opened), ...idsOf(closed)];
  if (first === undefined) return;
  const event = opened.length > 0 ? `alarm:${first}` : `alarm-over:${first}`;
  await postMail(outbox, tx, {
    userId: null,
    recipient,
    template: "alarm",
    event,
    about: { opened: idsOf(opened).join(), closed: idsOf(closed).join() },
    trace: event.replace(":", "-"),
  });
}

const idsOf = (incidents: readonly IncidentRow[]) => incidents.map(({ id }) => id);
