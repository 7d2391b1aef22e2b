import { describeAlarm, readBoard, spellDuration } from "@tendril/operations";
import type { Command } from "commander";

import type { OpenContext } from "../context.ts";
import { examples, remark } from "../help.ts";
import { wrap } from "../output/table.ts";
import { counted, when } from "../output/words.ts";

export function alarmsCommand(program: Command, open: OpenContext): void {
  const alarms = program
    .command("alarms")
    .description("what is wrong now, and what to run next; exit code 1 if anything is");
  examples(alarms, [
    ["alarms", "where to begin when something is on fire"],
    ["alarms --json", "for scripts; with the last that are over"],
  ]);
  remark(
    alarms,
    "Everything is read anew, so it also tells that no worker is alive. What has been wrong for long enough is an alarm, and a " +
      "mail to OPS_MAIL; the rest may pass.",
  );
  alarms.action(async () => {
    const { operations, output, clock, name } = open();
    const { db } = await operations();
    const now = clock.now();
    const board = await readBoard(db, now);
    const opened = board.open.map((incident) => ({ ...incident, ...describeAlarm(incident) }));
    const pending = board.pending.map((reading) => ({ ...reading, ...describeAlarm(reading) }));
    const past = board.past.map((incident) => ({
      ...incident,
      title: describeAlarm({ ...incident, value: incident.worst }).title,
    }));
    const told = [
      ...opened.map((alarm) => ({
        ...alarm,
        since: `Since ${when(alarm.begunAt)} UTC, for ${spellDuration(now.getTime() - alarm.begunAt.getTime())}.`,
      })),
      ...pending.map((alarm) => ({ ...alarm, since: "Not for long enough to be an alarm." })),
    ];
    output.result({ open: opened, pending, past }, () =>
      told.length === 0
        ? [`No alarm is open. A few dead letters are none: ${name} dead causes`]
        : told.flatMap(({ title, meaning, since, next }, index) => [
            ...(index > 0 ? [""] : []),
            title,
            ...wrap(`${meaning} ${since}`, output.columns, "  "),
            ...next.map((command) => `  ${name} ${command}`),
          ]),
    );
    if (told.length > 0) output.problem(`${counted(told.length, "thing is", "things are")} wrong.`);
  });
}
