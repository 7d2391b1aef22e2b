import { parseArgs } from "node:util";

import { z } from "zod";

import { UserError } from "../user-error.ts";
import { type Fault, faults } from "./faults.ts";

export type FailoverSettings = {
  faults: readonly Fault[];
  /** How long each dependency is away. */
  seconds: number;
  json: boolean;
  help: boolean;
};

const listed = faults.map(({ name, title }) => `    ${name.padEnd(18)} ${title}`).join("\n");

export const HELP = `npm run failover [-- --only FAULT] [--seconds N] [--json]

Runs two web instances and two workers from their bundles, as the platform would, behind a balancer. While people
visit, sign in, upload, comment and like, it inflicts one fault after the other, counts what each of them costs,
waits until all is normal again, and compares the books: nothing lost, nothing twice, nobody signed out.

  --only FAULT  this one alone; may be given several times
${listed}
  --seconds N   how long each dependency is away (20; at least 10)
  --json        the report as JSON on standard output, progress on standard error
  --help        this text

Ends with 0 when all promises hold, else with 1 and a line for each that was broken.`;

const names = z.array(z.enum(faults.map(({ name }) => name)));
const settings = z.object({
  only: names,
  /** The front page is marked after some of them. */
  seconds: z.coerce.number().min(10).max(3_600),
});

export function readFailoverSettings(args: string[]): FailoverSettings {
  const { json, help, ...values } = parse(args);
  const read = settings.safeParse(values);
  if (!read.success) {
    const [issue] = read.error.issues;
    const why = issue?.path[0] === "only" ? "there is no such fault" : issue?.message;
    throw new UserError(
      `--${String(issue?.path[0])}: ${why}: npm run failover -- --help says what there is`,
    );
  }
  const { only, seconds } = read.data;
  const chosen = faults.filter(({ name }) => only.length === 0 || only.includes(name));
  return { faults: chosen, seconds, json, help };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        only: { type: "string", multiple: true, default: [] },
        seconds: { type: "string", default: "20" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false, short: "h" },
      },
    }).values;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`${why.split(". ", 1)[0]}: npm run failover -- --help says what there is`);
  }
}
