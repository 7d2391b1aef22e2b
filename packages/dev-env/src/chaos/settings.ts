import { parseArgs } from "node:util";

import { z } from "zod";

import { UserError } from "../user-error.ts";

export type ChaosSettings = {
  jobs: number;
  minutes: number;
  seed: number;
  json: boolean;
  help: boolean;
};

export const HELP = `npm run chaos [-- --jobs N] [--minutes M] [--seed S] [--json]

Puts jobs, mails, pushes and timed tasks through the whole system while it kills its processes, stops and freezes
its servers, lets SES and the push service misbehave and delivers messages several times and out of order; then
lets all heal and checks the books: nothing lost, nothing twice.

  --jobs N      jobs in all, photos and mails of visitors among them (1000)
  --minutes M   how long load and faults last, the time to come to rest not counted (1)
  --seed S      the same number gives the same faults (1)
  --json        the report as JSON on standard output, progress on standard error
  --help        this text

Ends with 0 when the books are right, with 1 when they are not; it lists what is wrong.`;

const settings = z.object({
  jobs: z.coerce.number().int().min(100).max(1_000_000),
  minutes: z.coerce.number().min(0.1).max(600),
  seed: z.coerce.number().int().min(0),
});

export function readChaosSettings(args: string[]): ChaosSettings {
  const { values } = parse(args);
  const read = settings.safeParse(values);
  if (!read.success)
    throw new UserError(
      `--${String(read.error.issues[0]?.path[0])}: ${read.error.issues[0]?.message}`,
    );
  return { ...read.data, json: values.json, help: values.help };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        jobs: { type: "string", default: "1000" },
        minutes: { type: "string", default: "1" },
        seed: { type: "string", default: "1" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false, short: "h" },
      },
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`${why.split(". ", 1)[0]}: npm run chaos -- --help says what there is`);
  }
}
