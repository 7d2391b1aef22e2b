import { InvalidInputError } from "@tendril/runtime";
import type { Command } from "commander";

import type { OpsContext } from "./context.ts";

export type ChangeOptions = {
  reason: string;
  dryRun?: true | undefined;
  yes?: true | undefined;
};

/** What every command has that changes something. */
export function changing(command: Command): Command {
  return command
    .option("--reason <text>", "why, for the record (needed)")
    .option("--dry-run", "only say what would be done; needs no reason")
    .option("-y, --yes", "do not ask first")
    .hook("preAction", (_, called) => {
      const { reason = "", dryRun } = called.opts<Partial<ChangeOptions>>();
      if (reason.trim() === "" && !dryRun)
        called.error('error: say why, for the record: --reason "…"');
      called.setOptionValue("reason", reason.trim());
    });
}

/** The result when nothing was done; people read the lines when they only tried. */
type Unchanged = { value: unknown; lines?: string[] };

/**
 * True when it shall be done. With --dry-run it is only said; without --yes somebody has to be there to agree. Who
 * does not has exit code 1: it was not done. Scripts have a result either way.
 */
export async function agreed(
  { output }: OpsContext,
  { dryRun, yes }: Pick<ChangeOptions, "dryRun" | "yes">,
  question: string,
  { value, lines }: Unchanged = { value: { changed: false, question } },
): Promise<boolean> {
  if (dryRun) output.note(`Would ask: ${question} Nothing was changed (--dry-run).`);
  else if (yes) return true;
  else if (!output.canAsk())
    throw new InvalidInputError(`${question} Nobody can be asked here: add --yes or --dry-run.`);
  else if (await output.ask(question)) return true;
  else output.problem("Nothing was changed.");
  if (output.json || (dryRun && lines)) output.result(value, () => lines ?? []);
  return false;
}
