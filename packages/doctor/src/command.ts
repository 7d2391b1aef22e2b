import { parseArgs } from "node:util";

import { messageOf, type Environment } from "@tendril/runtime";

import { diagnose, type Check, type Result } from "./check.ts";
import { readSettingsFile } from "./settings-file.ts";
import { describe, isWell, summarize } from "./report.ts";
import { hideSecrets } from "./secrets.ts";

export const exitCodes = { well: 0, problem: 1, misuse: 2 } as const;

export const options = {
  // Not --env-file: Node takes that for itself, wherever it stands.
  settings: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false, short: "h" },
} as const;

/** What they mean, for the help of a command that takes them. */
export const optionHelp = `  --settings FILE   settings from this file, over those of the process: NAME=value lines, or the JSON of
                    get-config; - reads standard input
  --json            the findings as JSON
  --help            this text`;

export const aboutHelp = `Looks at everything that the settings name, all at once, and says what is wrong, the likely reason and the cure.
It leaves nothing behind: what it puts into the bucket it takes away again; mails go to SES's own test address.

Ends with 0 when nothing is wrong, 1 when something is, 2 when it was called in a wrong way.`;

const help = `node src/doctor.js [--settings FILE] [--json]

${aboutHelp}

${optionHelp}

On an instance, where a shell does not have the environment's settings:
  sudo /opt/elasticbeanstalk/bin/get-config environment | node src/doctor.js --settings -`;

type Tier = {
  name: string;
  environment: Record<string, string | undefined>;
  checks: (environment: Environment) => Check[];
};

/** A tier's own doctor, as it travels in the bundle. */
export async function runDoctor(args: string[], tier: Tier): Promise<number> {
  let values;
  try {
    ({ values } = parseArgs({ args, options }));
    // Into the process itself: the AWS SDK reads its own settings there.
    if (values.settings !== undefined)
      Object.assign(tier.environment, readSettingsFile(values.settings));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\nnode src/doctor.js --help says how it is called\n`);
    return exitCodes.misuse;
  }
  if (values.help) {
    process.stdout.write(`${help}\n`);
    return exitCodes.well;
  }
  return examine([tier], tier.environment, values.json);
}

/** Examines tiers and prints what was found; answers the exit code. */
export async function examine(
  tiers: readonly Pick<Tier, "name" | "checks">[],
  environment: Environment,
  json: boolean,
): Promise<number> {
  const examined = await Promise.all(
    tiers.map(async ({ name, checks }) => ({
      tier: name,
      findings: (await diagnose(checks(environment))).map((found) => discreet(found, environment)),
    })),
  );
  const all = examined.flatMap(({ findings }) => findings);
  const well = isWell(all);
  const text = json
    ? JSON.stringify({ well, tiers: examined }, undefined, 2)
    : [
        ...examined.map(({ tier, findings }) => `The ${tier} tier\n${describe(findings)}\n`),
        summarize(all),
      ].join("\n");
  process.stdout.write(`${text}\n`);
  // Whoever kept silent may still hold a connection, which would keep the process.
  setTimeout(() => process.exit(), 1_000).unref();
  return well ? exitCodes.well : exitCodes.problem;
}

/** Before it is put into JSON, which would spell some marks in another way. */
function discreet(found: Result, environment: Environment): Result {
  const says = hideSecrets(found.says, environment);
  if (!("cure" in found)) return { ...found, says };
  return { ...found, says, cure: hideSecrets(found.cure, environment) };
}
