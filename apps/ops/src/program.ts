import { Command, type OutputConfiguration } from "commander";

import { alarmsCommand } from "./commands/alarms.ts";
import { deadCommands } from "./commands/dead.ts";
import { fleetCommand } from "./commands/fleet.ts";
import { jobsCommands } from "./commands/jobs.ts";
import { mailsCommands } from "./commands/mails.ts";
import { queueCommands } from "./commands/queue.ts";
import { queuesCommand } from "./commands/queues.ts";
import { scheduleCommands } from "./commands/schedule.ts";
import { photoCommands } from "./commands/photo.ts";
import { reportsCommands } from "./commands/reports.ts";
import { traceCommands } from "./commands/trace.ts";
import { userCommands } from "./commands/user.ts";
import type { OpenContext } from "./context.ts";
import { examples, helpWidth, pointToHelp, remark } from "./help.ts";

/** Each adds a group of commands. */
const groups: readonly ((program: Command, open: OpenContext) => void)[] = [
  alarmsCommand,
  queuesCommand,
  deadCommands,
  jobsCommands,
  mailsCommands,
  traceCommands,
  scheduleCommands,
  fleetCommand,
  queueCommands,
  userCommands,
  photoCommands,
  reportsCommands,
];

export function buildProgram(
  name: string,
  writers: OutputConfiguration,
  open: OpenContext,
): Command {
  const program = new Command(name)
    .configureOutput(writers)
    .configureHelp({ showGlobalOptions: true, helpWidth })
    .description(
      "Tendril's operations: alarms, queues, dead letters, jobs, the schedule, the fleet.",
    )
    .option("--json", "results as JSON, for scripts")
    .option("--as <name>", "your name for the record, beside that of the shell's user")
    .helpCommand(false)
    .exitOverride();
  examples(program, [
    ["alarms", "what is wrong now, and what to run next"],
    ["queues", "what waits, what is stuck, and who works on it"],
    ["dead causes", "what fails, grouped by its cause"],
    ["dead list --to example.org", "which mails to example.org failed"],
    ["dead show 42", "everything about one letter"],
    ['dead redrive 42 --reason "mended"', "sends it back to work"],
    ["jobs find --person ada --since 2d", "what somebody asked for"],
    ["trace 01a1fcd8-6e94-70e6-ac92-1def0bf87a64", "what followed from one click"],
  ]);
  remark(
    program,
    "Exit codes: 0 fine; 1 a problem was found, or the answer was no; 2 wrong use; 130 Ctrl-C at a question.",
  );
  for (const add of groups) add(program, open);
  pointToHelp(program);
  return program;
}
