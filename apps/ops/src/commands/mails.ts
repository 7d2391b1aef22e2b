import { emailStatuses, emailTemplates } from "@tendril/database";
import { findMails, type FoundMail, type MailSearch } from "@tendril/operations";
import { Option, type Command } from "commander";

import type { OpenContext } from "../context.ts";
import { examples } from "../help.ts";
import { table, type Column } from "../output/table.ts";
import { parseCount, parseTime, parseUpTo } from "../output/words.ts";

type Options = Omit<MailSearch, "recipient"> & { to?: string; before?: number; limit: number };

const most = 500;

const columns: readonly Column<FoundMail>[] = [
  { head: "MAIL", of: ({ id }) => id, right: true },
  { head: "MADE", of: ({ createdAt }) => createdAt },
  {
    head: "STATUS",
    of: ({ status, delivery }) => (delivery === null ? status : `${status}, ${delivery}`),
  },
  { head: "TO", of: ({ recipient }) => recipient },
  { head: "TEMPLATE", of: ({ template }) => template },
  { head: "OF", of: ({ username }) => username && `@${username}` },
  {
    head: "JOB",
    of: ({ job }) =>
      job && (job.openLetter === null ? job.state : `${job.state}, letter ${job.openLetter}`),
  },
  { head: "ERROR", of: ({ error, job }) => error ?? job?.lastError ?? null },
];

export function mailsCommands(program: Command, open: OpenContext): void {
  const mails = program.command("mails").description("mails: how far each came, and what SES told");
  const find = mails
    .command("find")
    .description("by whom they are to, and how far they came; newest first")
    .option("--to <address>", "a whole address, or a part of one: example.org")
    .addOption(new Option("--status <status>", "how far they came").choices(emailStatuses))
    .addOption(new Option("--template <name>", "which mail it is").choices(emailTemplates))
    .option("--since <time>", "made since: 30m, 2h, 3d, or a time", parseTime)
    .option("--until <time>", "made before", parseTime)
    .option("--before <id>", "older than this mail: the next page", parseCount)
    .option("--limit <count>", `how many, at most ${most}`, parseUpTo(most), 50);
  const shown: readonly (readonly [string, string])[] = [
    ["mails find --to example.org", "mails to anybody there"],
    ["mails find --status refused --since 1d", "what SES did not take"],
  ];
  examples(mails, shown);
  examples(find, shown);
  find.action(async ({ to, before, limit, ...search }: Options) => {
    const { operations, output, name } = open();
    const wanted = { ...search, recipient: to?.trim().toLowerCase() };
    const found = await findMails(await operations(), wanted, { before, limit });
    output.result(found, () =>
      found.mails.length === 0 ? ["No mails."] : table(found.mails, columns, output.columns),
    );
    if (!found.complete)
      output.note(
        "Only the newest mails were looked through: a whole address is looked for in all of them.",
      );
    if (output.json) return;
    const job = found.mails.find((mail) => mail.job !== null)?.job;
    if (job) output.note(`All about the job of one: ${name} jobs show ${job.id}`);
    if (found.next !== null) output.note(`There are more: add --before ${found.next}`);
  });
}
