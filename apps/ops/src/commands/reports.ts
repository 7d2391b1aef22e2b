import { reportStates, type ReportState } from "@tendril/database";
import { dismissReports, findAnyPhoto, listReports, mostReportsPerPage } from "@tendril/operations";
import { Option, type Command } from "commander";

import { agreed, changing, type ChangeOptions } from "../change.ts";
import type { OpenContext } from "../context.ts";
import { examples } from "../help.ts";
import { table } from "../output/table.ts";
import { counted, parseCount, parseUpTo } from "../output/words.ts";

type ListOptions = { state: ReportState; before?: number; limit: number };

export function reportsCommands(program: Command, open: OpenContext): void {
  const reports = program.command("reports").description("photos that people reported");
  listCommand(reports, open);
  dismissCommand(reports, open);
}

function listCommand(reports: Command, open: OpenContext): void {
  const list = reports
    .command("list", { isDefault: true })
    .description("newest first")
    .addOption(
      new Option("--state <state>", "what became of them").choices(reportStates).default("open"),
    )
    .option("--before <id>", "older than this report: the next page", parseCount)
    .option(
      "--limit <count>",
      `how many, at most ${mostReportsPerPage}`,
      parseUpTo(mostReportsPerPage),
      30,
    )
    .action(async (options: ListOptions) => {
      const { operations, output } = open();
      const found = await listReports(await operations(), options);
      output.result(found, () =>
        found.reports.length === 0
          ? [`no ${options.state} reports`]
          : table(
              found.reports,
              [
                { head: "REPORT", of: ({ id }) => id, right: true },
                { head: "PHOTO", of: ({ slug }) => slug },
                { head: "BY", of: ({ photographer }) => photographer },
                { head: "AT (UTC)", of: ({ createdAt }) => createdAt },
                { head: "REASON", of: ({ reason }) => reason },
                { head: "REPORTED BY", of: ({ reporter }) => reporter },
                { head: "TEXT", of: ({ text }) => text },
              ],
              output.columns,
            ),
      );
      if (found.next !== null) output.note(`There are more: --before ${found.next}`);
    });
  examples(list, [
    ["reports", "what is to be decided"],
    ["reports list --state dismissed", "what was left as it is"],
  ]);
}

function dismissCommand(reports: Command, open: OpenContext): void {
  const dismiss = changing(
    reports
      .command("dismiss")
      .description("closes all open reports of a photo, which stays as it is")
      .argument("<slug>", "the photo's slug or address"),
  ).action(async (named: string, { reason, ...options }: ChangeOptions) => {
    const context = open();
    const operations = await context.operations();
    const { slug } = await findAnyPhoto(operations, named);
    if (!(await agreed(context, options, `Dismiss all reports of photo ${slug}?`))) return;
    const operator = await context.operator();
    const dismissed = await dismissReports(operations, operator, { slug, reason });
    context.output.result({ slug, dismissed }, () => [
      `${counted(dismissed, "report")} of photo ${slug} closed.`,
    ]);
  });
  examples(dismiss, [
    ['reports dismiss AlWuN8STaRZlRWx0 --reason "nothing wrong with it"', "the photo stays"],
    ['photo hide AlWuN8STaRZlRWx0 --reason "…"', "hiding it closes its reports, too"],
  ]);
}
