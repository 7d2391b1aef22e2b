import { catalogue, isJobName, mailEvents, queueNames } from "@tendril/jobs";
import {
  letterFilter,
  searchLetters,
  type LetterFilter,
  type OperationsContext,
} from "@tendril/operations";
import { InvalidInputError, NotFoundError } from "@tendril/runtime";
import { Option, type Command } from "commander";

import { parseTime } from "../../output/words.ts";

/** Of jobs, and of messages that were kept because nobody could read them. */
const sources = [...queueNames, mailEvents];
const queues = [...sources, ...sources.map((name) => `${name}-dead`)];

export type FilterOptions = {
  queue?: string;
  job?: string;
  cause?: string;
  to?: string;
  error?: string;
  since?: Date;
  until?: Date;
  state?: string;
};

/** How letters are chosen that are not named one by one. `states`: closed ones can be meant, too. */
export function filtering(command: Command, { states }: { states: boolean }): Command {
  command
    .addOption(new Option("--queue <name>", "where the job waited").choices(queues))
    .option("--job <name>", "send-email, process-photo …")
    .option("--cause <id>", "as `dead causes` shows it")
    .option("--to <address>", "mails to this address, or a part of it: example.org")
    .option(
      "--error <text>",
      "words that stand side by side in the error; the last may be a beginning",
    )
    .option("--since <time>", "died since: 1h, 2d, or 2026-11-21T06:00Z", parseTime)
    .option("--until <time>", "died before that", parseTime);
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
  to,
  error,
  since,
  until,
  state,
}: FilterOptions): LetterFilter {
  const read = letterFilter.safeParse({ queue, job, cause, to, error, since, until, state });
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => `--${path.join(".")}: ${message}`);
  throw new InvalidInputError(problems.join("; "));
}

/** What is misspelt is nothing that one has none of: fails for a job or a cause that never was. */
export async function demandKnown(
  context: Pick<OperationsContext, "db">,
  { job, cause }: LetterFilter,
): Promise<void> {
  const wasThere = async (filter: Partial<LetterFilter>) => {
    const { letters } = await searchLetters(context, { state: "any", ...filter }, { limit: 1 });
    return letters.length > 0;
  };
  // Letters of jobs that a release has given up still lie here.
  if (job !== undefined && !isJobName(job) && !(await wasThere({ job })))
    throw new InvalidInputError(
      `There is no job ${job}. Those there are: ${Object.keys(catalogue).toSorted().join(", ")}.`,
    );
  if (cause !== undefined && !(await wasThere({ cause })))
    throw new NotFoundError(`There is no such cause: ${cause}. dead causes shows those there are.`);
}
