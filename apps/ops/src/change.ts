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

/**
 * True when it shall be done. With --dry-run it is only said; without --yes somebody has to be there to agree. Who
 * does not has exit code 1: it was not done.
 */
export async function agreed(
  { output }: OpsContext,
  { dryRun, yes }: Pick<ChangeOptions, "dryRun" | "yes">,
  question: string,
): Promise<boolean> {
  if (dryRun) {
    output.note(`Would ask: ${question} Nothing was changed (--dry-run).`);
    return false;
  }
  if (yes) return true;
  if (!output.canAsk())
    throw new InvalidInputError(`${question} Nobody can be asked here: add --yes or --dry-run.`);
  const answer = await output.ask(question);
  if (!answer) output.problem("Nothing was changed.");
  return answer;
}
