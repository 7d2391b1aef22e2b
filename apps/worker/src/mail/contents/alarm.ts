import { findIncidents, type EmailMessageRow, type IncidentRow } from "@tendril/database";
import { describeAlarm, spellDuration } from "@tendril/operations";
import { z } from "zod";

import type { WorkerContext } from "../../context.ts";
import type { Content } from "../content.ts";

const ids = z.string().transform((list) => list.split(",").filter(Boolean).map(Number));
const about = z.object({ opened: ids, closed: ids });

/** To operators: what is wrong since when and what to run next, and what is over. */
export async function alarm(
  { db, config }: WorkerContext,
  mail: EmailMessageRow,
): Promise<Content | null> {
  const { opened, closed } = about.parse(JSON.parse(mail.about ?? "{}"));
  const began = (await findIncidents(db, opened)).map(presentIncident);
  const over = (await findIncidents(db, closed)).map(presentIncident);
  const [first, ...more] = began.length > 0 ? began : over;
  if (!first) return null;
  const rest = more.length > 0 ? ` and ${more.length} more` : "";
  return {
    subject: `${began.length > 0 ? "Alarm" : "Over"}: ${first.title}${rest}`,
    preheader: began.length > 0 ? first.meaning : `${first.since} to ${first.until}`,
    locals: {
      began,
      over,
      program: config.development ? "./scripts/ops" : "tendril-ops",
      link: `${config.publicUrl}/ops`,
    },
  };
}

function presentIncident(incident: IncidentRow) {
  const { begunAt, closedAt, worst } = incident;
  return {
    // At its worst: by now it may be less.
    ...describeAlarm({ ...incident, value: worst }),
    since: inUtc(begunAt),
    until: closedAt ? inUtc(closedAt) : null,
    lasted: closedAt ? spellDuration(closedAt.getTime() - begunAt.getTime()) : null,
  };
}

const inUtc = (time: Date) => `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
