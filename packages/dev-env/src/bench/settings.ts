import { parseArgs } from "node:util";

import { z } from "zod";

import { UserError } from "../user-error.ts";

export type BenchSettings = {
  what: "jobs" | "web";
  jobs: number;
  rounds: number;
  seconds: number;
  connections: number;
  json: boolean;
  help: boolean;
};

export const HELP = `npm run bench [-- jobs | web] [--json]

Measures, in one run on this machine, what can be compared with something: ratios, not records.

  jobs        the way of a job from a transaction to its effect, beside a plain loop over the same SQS
  --jobs N    jobs in each of its measurements (3000)

  web               the front page through the whole web tier, beside raw node:http sending the same bytes
  --rounds N        each of its courses is measured that often, in turns; the median counts (5)
  --seconds N       how long each time (3)
  --connections N   how many ask at the same time, each again as soon as it is answered (32)

  --json      the results as JSON on standard output, progress on standard error
  --help      this text`;

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const settings = z.object({
  what: z.enum(["jobs", "web"]),
  jobs: whole(100, 1_000_000),
  rounds: whole(1, 100),
  seconds: whole(1, 600),
  connections: whole(1, 1_000),
});

export function readBenchSettings(args: string[]): BenchSettings {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        jobs: { type: "string", default: "3000" },
        rounds: { type: "string", default: "5" },
        seconds: { type: "string", default: "3" },
        connections: { type: "string", default: "32" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false, short: "h" },
      },
    });
    const [what = "jobs", ...more] = positionals;
    if (more.length > 0)
      throw new Error(`One measurement at a time, not ${positionals.join(", ")}`);
    const { json, help, ...numbers } = values;
    const read = settings.safeParse({ what, ...numbers });
    if (!read.success) {
      const [issue] = read.error.issues;
      throw new Error(`${issue?.path.join(".")}: ${issue?.message} (see npm run bench -- --help)`);
    }
    return { ...read.data, json, help };
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}
