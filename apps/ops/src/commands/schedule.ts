import { describeSchedule, type TaskOverview } from "@tendril/jobs";
import { readRun, runTask } from "@tendril/operations";
import type { Command } from "commander";

import { agreed, changing, type ChangeOptions } from "../change.ts";
import type { OpenContext } from "../context.ts";
import { examples, remark } from "../help.ts";
import { table, type Column } from "../output/table.ts";
import { parseTime, when } from "../output/words.ts";

const columns: readonly Column<TaskOverview>[] = [
  { head: "TASK", of: ({ task }) => task },
  { head: "SCHEDULE", of: ({ schedule }) => schedule },
  { head: "LAST", of: ({ last }) => last?.scheduledAt ?? null },
  { head: "TRIES", of: ({ last }) => last?.tries ?? null, right: true },
  { head: "NEXT", of: ({ next }) => next[0] ?? null },
  { head: "MISSED", of: ({ missed }) => missed.count, right: true },
  { head: "MADE UP", of: ({ missed }) => missed.madeUp, right: true },
];

export function scheduleCommands(program: Command, open: OpenContext): void {
  const schedule = program
    .command("schedule")
    .description("timed tasks: the last tick, the next, and what was missed in 30 days");
  examples(schedule, [
    ["schedule", "all tasks"],
    ["schedule --json", "with the latest ten ticks, the next ten and those that were missed"],
    ["schedule run purge --reason 'disk is filling up'", "one now"],
  ]);
  remark(
    schedule,
    "Times are UTC. TRIES is how often the last tick came: from each server with a clock of its own, and again when an " +
      "answer was lost. However often, it has one job.",
  );
  schedule.action(async () => {
    const { operations, output, clock } = open();
    const { db } = await operations();
    const tasks = await describeSchedule(db, clock.now());
    output.result(tasks, () =>
      tasks.length === 0
        ? ["No worker has read a schedule yet."]
        : table(tasks, columns, output.columns),
    );
  });
  runCommand(schedule, open);
}

function runCommand(schedule: Command, open: OpenContext): void {
  const run = changing(
    schedule
      .command("run <task>")
      .description("take a tick as if it had just come: one job, once for each minute")
      .option(
        "--at <time>",
        "the tick of that minute, in UTC; this minute, if not said",
        parseTime,
      ),
  );
  examples(run, [
    ["schedule run purge --reason 'disk is filling up'", "now"],
    [
      "schedule run send-digests --at '2026-11-21 06:15' --reason 'it was missed'",
      "a tick that never came; then it counts as received",
    ],
  ]);
  run.action(async (task: string, { at, ...options }: ChangeOptions & { at?: Date }) => {
    const context = open();
    const operations = await context.operations();
    const wanted = { task, ...(at && { at }) };
    const { scheduledAt } = await readRun(operations, wanted);
    const question = `Run ${task} as the tick of ${when(scheduledAt)} UTC?`;
    if (!(await agreed(context, options, question))) return;
    const { reason } = options;
    const made = await runTask(operations, await context.operator(), { ...wanted, reason });
    context.output.result(made, () => [
      `${task} runs as the tick of ${when(made.scheduledAt)} UTC: job ${made.jobId}.`,
    ]);
  });
}
