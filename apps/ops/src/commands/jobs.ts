import { jobStates, type JobState } from "@tendril/database";
import { catalogue, queueNames } from "@tendril/jobs";
import { findJobs, mostJobsPerPage, showJob, type JobFilter } from "@tendril/operations";
import { Option, type Command } from "commander";

import type { OpenContext } from "../context.ts";
import { examples } from "../help.ts";
import { table } from "../output/table.ts";
import { counted, parseTime, parseUpTo, when } from "../output/words.ts";

type FindOptions = {
  state?: JobState;
  job?: string;
  queue?: string;
  trace?: string;
  person?: string;
  worker?: string;
  error?: string;
  payload?: string;
  since?: Date;
  until?: Date;
  before?: string;
  limit: number;
};

export function jobsCommands(program: Command, open: OpenContext): void {
  const jobs = program.command("jobs").description("the jobs of the last 19 days");
  examples(jobs, [
    ["jobs find --person ada --since 2d", "what ada asked for"],
    ["jobs show 01a1fcd8-6e95-7331-8f4f-0e9ad86f5a10", "all about one"],
  ]);
  findCommand(jobs, open);
  showCommand(jobs, open);
}

function findCommand(jobs: Command, open: OpenContext): void {
  const find = jobs
    .command("find")
    .description("by what is known of them, newest first")
    .addOption(new Option("--state <state>", "how far they came").choices(jobStates))
    .addOption(new Option("--job <name>", "of this kind").choices(Object.keys(catalogue)))
    .addOption(new Option("--queue <name>", "of this queue").choices(queueNames))
    .option("--trace <id>", "what followed from this request, tick or mail")
    .option("--person <name>", "what this person asked for")
    .option("--worker <instance>", "who has them, or had them last")
    .option("--error <text>", "whose last error contains this")
    .option("--payload <text>", "whose payload contains this")
    .option("--since <time>", "enqueued since: 30m, 2h, 3d, or a time", parseTime)
    .option("--until <time>", "enqueued before", parseTime)
    .option("--before <id>", "older than this job: the next page")
    .option(
      "--limit <count>",
      `how many, at most ${mostJobsPerPage}`,
      parseUpTo(mostJobsPerPage),
      50,
    )
    .action(async ({ before, limit, job, ...filter }: FindOptions) => {
      const { operations, output } = open();
      const search: JobFilter = { ...filter, name: job };
      const found = await findJobs(await operations(), search, { before, limit });
      output.result(found, () => lines(found.jobs, output.columns));
      if (found.next) output.note(`There are more: --before ${found.next}`);
      else if (found.since && !filter.since) {
        output.note(`Looked back to ${when(found.since)} UTC; --since looks further.`);
      }
    });
  examples(find, [
    ["jobs find --state running", "what is worked on now"],
    ["jobs find --person ada --since 2d", "what ada asked for"],
    ["jobs find --job send-email --error throttl", "mails that SES slowed down"],
    ["jobs find --trace 01a1fcd8-6e94-70e6-ac92-1def0bf87a64", "what followed from a request"],
  ]);
}

function lines(jobs: Awaited<ReturnType<typeof findJobs>>["jobs"], columns: number): string[] {
  if (jobs.length === 0) return ["no such jobs"];
  return table(
    jobs,
    [
      { head: "JOB", of: ({ id }) => id },
      { head: "NAME", of: ({ name }) => name },
      { head: "STATE", of: ({ state }) => state },
      { head: "ENQUEUED (UTC)", of: ({ createdAt }) => createdAt },
      { head: "ATT.", of: ({ attempts }) => attempts, right: true },
      { head: "WORKER", of: ({ worker }) => worker },
      { head: "BY", of: ({ requestedByName }) => requestedByName },
      {
        head: "ABOUT",
        of: ({ payload, lastError }) => [payload, lastError].filter(Boolean).join("  "),
      },
    ],
    columns,
  );
}

function showCommand(jobs: Command, open: OpenContext): void {
  const show = jobs
    .command("show")
    .description("everything about one job")
    .argument("<id>")
    .action(async (id: string) => {
      const { operations, output } = open();
      const shown = await showJob(await operations(), id);
      output.result(shown, () => shownLines(shown));
    });
  examples(show, [["jobs show 01a1fcd8-6e95-7331-8f4f-0e9ad86f5a10", "times, attempts, deaths"]]);
}

function shownLines({
  job,
  history,
  attemptsAllowed,
  requestedBy,
  letters,
}: Awaited<ReturnType<typeof showJob>>): string[] {
  const facts: [string, string | null][] = [
    ["job", `${job.id}  ${job.name}, version ${job.version}, queue ${job.queue}`],
    ["state", job.state],
    ["attempts", `${job.attempts}${attemptsAllowed === null ? "" : ` of ${attemptsAllowed}`}`],
    ["sent back", counted(job.generation, "time")],
    ["worker", job.worker && [job.worker, job.workerRelease].filter(Boolean).join(", release ")],
    ["asked by", requestedBy?.username ?? "the system"],
    ["trace", job.trace],
    ["enqueued", when(job.createdAt)],
    ["due", when(job.runAt)],
    ["sent", when(job.dispatchedAt)],
    ["began", when(job.startedAt)],
    ["finished", when(job.finishedAt)],
    ["payload", job.payload],
    ["last error", job.lastError],
  ];
  return [
    ...facts.filter(([, value]) => value).map(([label, value]) => `${label.padEnd(12)}${value}`),
    ...history.map(
      ({ attempt, at, worker, outcome, error }) =>
        `attempt ${attempt}, ${outcome}, ${at} on ${worker ?? "-"}: ${error}`,
    ),
    ...letters.map(
      ({ id, state, createdAt, errorName, errorMessage }) =>
        `letter ${id}, ${state}, ${when(createdAt)}: ${errorName}: ${errorMessage}`,
    ),
  ];
}
