import { findAnyPhoto, hiddenUnlessTold, hidePhoto, unhidePhoto } from "@tendril/operations";
import type { Command } from "commander";

import { asCommand } from "../as-command.ts";
import { agreed, changing, type ChangeOptions } from "../change.ts";
import type { OpenContext } from "../context.ts";
import { examples } from "../help.ts";

type HideOptions = ChangeOptions & { tell?: string };

const slugHelp = "its slug or its address";

export function photoCommands(program: Command, open: OpenContext): void {
  const photo = program.command("photo").description("taking photos down");
  hideCommand(photo, open);
  unhideCommand(photo, open);
}

function hideCommand(photo: Command, open: OpenContext): void {
  const hide = changing(
    photo
      .command("hide")
      .description("out of the whole gallery within a second; its owner is told")
      .argument("<slug>", slugHelp)
      .option("--tell <text>", `what its owner reads; without it: “${hiddenUnlessTold}”`),
  ).action(async (named: string, { reason, tell, ...options }: HideOptions) => {
    const context = open();
    const operations = await context.operations();
    const { slug, caption, fileName } = await findAnyPhoto(operations, named);
    if (!(await agreed(context, options, `Hide photo ${slug} (${caption || fileName})?`))) return;
    const operator = await context.operator();
    const trace = await asCommand(context, `photo hide ${slug}`, async (trace) => {
      await hidePhoto(operations, operator, { slug, reason, tell: tell?.trim(), trace });
      return trace;
    });
    context.output.result({ slug, hidden: true, trace }, () => [
      `Photo ${slug} is hidden. What follows from it: ${context.name} trace ${trace}`,
    ]);
  });
  examples(hide, [
    [
      'photo hide AlWuN8STaRZlRWx0 --reason "Ben next door objects" --tell "Somebody on it objects."',
      "the reason is for the record, the other is for its owner",
    ],
    ['photo hide https://gallery.example/photos/AlWuN8STaRZlRWx0 --reason "…"', "by its address"],
  ]);
}

function unhideCommand(photo: Command, open: OpenContext): void {
  const unhide = changing(
    photo
      .command("unhide")
      .description("back to where it was, for all who could see it")
      .argument("<slug>", slugHelp),
  ).action(async (named: string, { reason, ...options }: ChangeOptions) => {
    const context = open();
    const operations = await context.operations();
    const { slug } = await findAnyPhoto(operations, named);
    if (!(await agreed(context, options, `Show photo ${slug} again?`))) return;
    await unhidePhoto(operations, await context.operator(), { slug, reason });
    context.output.result({ slug, hidden: false }, () => [`Photo ${slug} is shown again.`]);
  });
  examples(unhide, [['photo unhide AlWuN8STaRZlRWx0 --reason "a mistake"', "shows it again"]]);
}
