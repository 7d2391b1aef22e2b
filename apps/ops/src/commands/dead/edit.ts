import { editLetter, previewEdit, showLetter, type LetterEdit } from "@tendril/operations";
import { InvalidInputError } from "@tendril/runtime";
import type { Command } from "commander";

import { agreed, changing, type ChangeOptions } from "../../change.ts";
import type { OpenContext } from "../../context.ts";
import { openEditor } from "../../editor.ts";
import { examples } from "../../help.ts";
import { parseCount } from "../../output/words.ts";

type Options = ChangeOptions & { payload?: string; job?: string };

export function editCommand(dead: Command, open: OpenContext): void {
  const edit = changing(
    dead
      .command("edit")
      .summary("corrects the payload that a redrive sends")
      .description(
        "corrects the payload that a redrive sends; without --payload in your editor ($VISUAL, $EDITOR). It is " +
          "checked against the job's schema and shown as a difference; what it was is kept.",
      )
      .argument("<id>", "the letter's number", parseCount)
      .option("--payload <json>", "the new payload; - reads it from standard input")
      .option("--job <name>", "what a message that nobody could read is to become"),
  );
  examples(edit, [
    ['dead edit 42 --reason "wrong photo"', "in your editor"],
    [`dead edit 42 --payload '{"emailId":7}' --reason "it was 7" --yes`, "without being asked"],
    [
      `dead edit 43 --job send-email --payload - --reason "typed by hand"`,
      "a message becomes a job",
    ],
  ]);
  edit.action(async (id: number, { payload, job, reason, ...options }: Options) => {
    const context = open();
    const { operations, operator, output, name } = context;
    const parts = await operations();
    const wish = { payload: await payloadOf(payload), job };
    const preview = await previewEdit(parts, id, wish);
    if (!output.json) for (const line of difference(preview)) await output.line(line);
    const question = `Change letter ${id} like that?`;
    const unchanged = { value: { changed: false, ...preview } };
    if (!(await agreed(context, options, question, unchanged))) return;
    const done = await editLetter(parts, await operator(), id, { ...wish, reason });
    output.result({ changed: true, ...done }, () => [
      `Changed. Nothing was sent yet: ${name} dead redrive ${id} --reason "…"`,
    ]);

    async function payloadOf(given: string | undefined): Promise<string> {
      if (given === "-") return output.input();
      if (given !== undefined) return given;
      if (!output.canAsk())
        throw new InvalidInputError("There is no terminal for an editor: give --payload.");
      const { letter, message } = await showLetter(parts, id);
      const now = letter.editedPayload ?? letter.payload ?? message ?? "{}";
      return openEditor(context.shell.editor, now);
    }
  });
}

const marks = { same: " ", gone: "-", new: "+" } as const;

const difference = ({ diff }: LetterEdit) => diff.map(({ kind, line }) => `${marks[kind]} ${line}`);
