import { parseArgs } from "node:util";

import { z } from "zod";

import { UserError } from "../user-error.ts";

export type BenchSettings = { what: "jobs"; jobs: number; json: boolean; help: boolean };

export const HELP = `npm run bench [-- jobs] [--jobs N] [--json]

Measures, in one run on this machine, what can be compared with something: ratios, not records.

  jobs        the way of a job from a transaction to its effect, beside a plain loop over the same SQS
  --jobs N    jobs in each of its measurements (3000)
  --json      the results as JSON on standard output, progress on standard error
  --help      this text`;

const settings = z.object({ what: z.enum(["jobs"]), jobs: z.coerce.number().int().min(100) });

export function readBenchSettings(args: string[]): BenchSettings {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        jobs: { type: "string", default: "3000" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false, short: "h" },
      },
    });
    const [what = "jobs", ...more] = positionals;
    if (more.length > 0)
      throw new Error(`One measurement at a time, not ${positionals.join(", ")}`);
    const read = settings.safeParse({ what, jobs: values.jobs });
    if (!read.success) throw new Error(read.error.issues[0]?.message);
    return { ...read.data, json: values.json, help: values.help };
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}
