import type { IncidentRow } from "@tendril/database";
import type { TaskOverview } from "@tendril/jobs";
import {
  describeAlarm,
  describeError,
  spellDuration,
  type Board,
  type Instance,
  type LetterCause,
} from "@tendril/operations";

import { counted, when } from "../present.ts";

/** `program`: how the command line is called where operators have it. */
export function presentBoard({ open, pending, past }: Board, program: string, now: Date) {
  const describe = (about: Parameters<typeof describeAlarm>[0]) => {
    const { next, ...text } = describeAlarm(about);
    const pages = [...new Set(next.map((command) => pageOf(command)))].flatMap(
      (page) => page ?? [],
    );
    return { ...text, next: next.map((command) => `${program} ${command}`), pages };
  };
  return {
    open: open.map((incident) => ({
      id: incident.id,
      ...describe(incident),
      since: when(incident.begunAt, now),
    })),
    pending: pending.map(describe),
    past: past.map((incident) => presentPast(incident, now)),
  };
}

const letters = { href: "/ops/letters", text: "Dead letters" };
const fleet = { href: "/ops/fleet", text: "Fleet" };
const schedule = { href: "/ops/schedule", text: "Schedule" };
const unknownMails = { href: "/ops/mails?status=unknown", text: "Mails" };
const pages = new Map(Object.entries({ dead: letters, fleet, schedule, mails: unknownMails }));

/** Where a page says the same as a command; what is on this one needs no link. */
const pageOf = (command: string) => pages.get(command.split(" ")[0] ?? "");

function presentPast({ begunAt, closedAt, ...incident }: IncidentRow, now: Date) {
  const end = closedAt ?? now;
  return {
    title: describeAlarm({ ...incident, value: incident.worst }).title,
    over: when(end, now),
    lasted: spellDuration(end.getTime() - begunAt.getTime()),
  };
}

/** Who is alive, in one line for each tier. */
export function presentTiers(fleet: readonly Instance[]) {
  const alive = fleet.filter(({ state }) => state === "alive");
  return (["web", "worker"] as const).map((tier) => {
    const own = alive.filter((instance) => instance.tier === tier);
    return {
      tier,
      text: counted(own.length, tier === "web" ? "web instance" : "worker"),
      isNone: own.length === 0,
      instances: own.map(({ instanceId, commit, simulatedLatencyMs }) => ({
        id: instanceId,
        release: commit.slice(0, 12),
        slowBy: simulatedLatencyMs > 0 ? spellDelay(simulatedLatencyMs) : null,
      })),
    };
  });
}

const spellDelay = (ms: number) => `slow by ${ms.toLocaleString("en-GB")} ms on purpose`;

export function presentTasks(tasks: readonly TaskOverview[], now: Date) {
  return tasks.map(({ task, last, next, missed }) => ({
    task,
    last: last ? when(last.scheduledAt, now) : null,
    next: next[0] ? when(next[0], now) : null,
    missed: missed.count,
  }));
}

export function presentCauses(causes: readonly LetterCause[], now: Date) {
  return causes.map(({ cause, count, isLeast, lastAt, sample }) => ({
    href: `/ops/letters?cause=${cause}`,
    error: describeError(sample),
    job: sample.name ?? `a message in ${sample.queue}`,
    count: counted(count, "letter", isLeast ? count : Infinity),
    last: when(lastAt, now),
  }));
}
