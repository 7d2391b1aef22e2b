import { letterFilter, type LetterFilter } from "@tendril/operations";
import { InvalidInputError } from "@tendril/runtime";
import { Option, type Command } from "commander";

import { parseTime } from "../../output/words.ts";

export type FilterOptions = {
  queue?: string;
  job?: string;
  cause?: string;
  error?: string;
  since?: Date;
  until?: Date;
  state?: string;
};

/** How letters are chosen that are not named one by one. `states`: closed ones can be meant, too. */
export function filtering(command: Command, { states }: { states: boolean }): Command {
  command
    .option("--queue <name>", "media, mail, tasks or bulk")
    .option("--job <name>", "send-email, process-photo …")
    .option("--cause <id>", "as `dead causes` shows it")
    .option("--error <text>", "words of the error; the last may be a beginning")
    .option("--since <time>", "died since: 1h, 2d, or 2026-11-21T06:00Z", (text) => parseTime(text))
    .option("--until <time>", "died before that", (text) => parseTime(text));
  return states
    ? command.addOption(
        new Option("--state <state>", "open letters, or others")
          .choices(["open", "redriven", "dropped", "any"])
          .default("open"),
      )
    : command;
}

export function filterOf({
  queue,
  job,
  cause,
  error,
  since,
  until,
  state,
}: FilterOptions): LetterFilter {
  const read = letterFilter.safeParse({ queue, job, cause, error, since, until, state });
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => `--${path.join(".")}: ${message}`);
  throw new InvalidInputError(problems.join("; "));
}
