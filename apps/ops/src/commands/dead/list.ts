import {
  describeError,
  findSubjectsOfLetters,
  searchLetters,
  type LetterSummary,
  type Subject,
} from "@tendril/operations";
import type { Command } from "commander";

import type { OpenContext } from "../../context.ts";
import { examples } from "../../help.ts";
import { table, type Column } from "../../output/table.ts";
import { parseCount, parseUpTo } from "../../output/words.ts";
import { demandKnown, filterOf, filtering, type FilterOptions } from "./filter-options.ts";

type Options = FilterOptions & { limit: number; before?: number };

type Listed = LetterSummary & { subject: Subject | null };

const columns: readonly Column<Listed>[] = [
  { head: "ID", of: ({ id }) => id, right: true },
  { head: "DIED", of: ({ createdAt }) => createdAt },
  {
    head: "STATE",
    of: ({ state, edited }) => (edited && state === "open" ? "open, edited" : state),
  },
  { head: "QUEUE", of: ({ queue }) => queue },
  { head: "JOB", of: ({ name }) => name },
  { head: "CAUSE", of: ({ cause }) => cause },
  { head: "ABOUT", of: ({ subject }) => subject && aboutOf(subject) },
  { head: "ERROR", of: describeError },
];

const most = 1_000;

export function listCommand(dead: Command, open: OpenContext): void {
  const list = filtering(dead.command("list").description("letters, newest first"), {
    states: true,
  })
    .option(
      "--limit <count>",
      `letters in one page, at most ${most}; dead export has no end`,
      parseUpTo(most),
      50,
    )
    .option("--before <id>", "the page behind that letter", parseCount);
  examples(list, [
    ["dead list", "what is open"],
    ["dead list --to example.org --since 1h", "which mails to there failed, and why"],
    ["dead list --cause 3f2a9c0d1e4b5a69 --json", "all of one cause, for scripts"],
    ["dead list --state redriven --since 1d", "what was sent back since yesterday"],
  ]);
  list.action(async ({ limit, before, ...filter }: Options) => {
    const { operations, output, name } = open();
    const context = await operations();
    const wanted = filterOf(filter);
    await demandKnown(context, wanted);
    const found = await searchLetters(context, wanted, { limit, before });
    const subjects = await findSubjectsOfLetters(
      context,
      found.letters.map(({ id }) => id),
    );
    const letters = found.letters
      .map((letter) => ({ ...letter, subject: subjects.get(letter.id) ?? null }))
      .toSorted(bySecondAndNumber);
    output.result({ ...found, letters }, () =>
      letters.length === 0 ? ["No letters."] : table(letters, columns, output.columns),
    );
    if (letters.length === 0 && filter.error !== undefined && filter.to === undefined) {
      const address = quoted(filter.error);
      output.note("Errors do not always name an address. By whom a mail was to:");
      output.note(`  ${name} dead list --to ${address}   letters`);
      output.note(`  ${name} mails find --to ${address}  those too that no job died of`);
    }
    if (!found.complete)
      output.note(
        filter.to === undefined
          ? "Only the newest letters were looked through: give a whole word of the error, or less to look for."
          : `Only the newest letters were looked through. Mails to a whole address are all found: ${name} mails find --to …`,
      );
    if (found.next !== null && !output.json)
      output.note(`There are more: add --before ${found.next}`);
  });
}

/** As people read the times: those of one second by their numbers. */
function bySecondAndNumber(a: Listed, b: Listed): number {
  const second = ({ createdAt }: Listed) => Math.floor(createdAt.getTime() / 1_000);
  return second(b) - second(a) || b.id - a.id;
}

function aboutOf(subject: Subject): string {
  switch (subject.kind) {
    case "mail":
      return `mail to ${subject.recipient} (${subject.template})`;
    case "photo":
      return `photo ${subject.slug}`;
    case "person":
      return `@${subject.username}`;
    case "tick":
      return `tick of ${subject.scheduledAt}`;
  }
}

/** For a shell. */
const quoted = (text: string) =>
  /^[\w.@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
