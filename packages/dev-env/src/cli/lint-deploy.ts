import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { parseArgs } from "node:util";

import { describeFinding, lintBundle, lintDeploy } from "@tendril/deploy";
import { messageOf } from "@tendril/runtime";

import { ROOT } from "../apps/places.ts";
import { lintGround } from "../deploy-lint.ts";
import { ensurePrograms } from "../programs/programs.ts";
import { UserError } from "../user-error.ts";
import { run } from "./run.ts";
import { say } from "./terminal.ts";

const HELP = `npm run lint:deploy [-- --bundle dist/web.zip] [--json]

Finds in .ebextensions, .platform, cron.yaml and the saved configurations what would fail a deployment, or do
something else than it says. Every line names file, line, mistake and cure.

  --bundle FILE   looks into this bundle, too; may be said several times
  --json          the findings as JSON: file, line, message, cure
  --help          this text`;

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        bundle: { type: "string", multiple: true, default: [] },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false, short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UserError(`${messageOf(error)} (--help says what there is)`);
  }
}

await run(async () => {
  const { bundle, json, help } = parse(process.argv.slice(2));
  if (help) {
    say(HELP);
    return 0;
  }
  const bundles = bundle.map((path) => resolve(ROOT, path));
  const missing = bundles.find((path) => !existsSync(path));
  if (missing !== undefined)
    throw new UserError(`${missing} is not there: npm run bundle -- web (or worker) makes it`);
  // On standard error: --json stays alone on the other.
  await ensurePrograms(["nginx"], (line) => void process.stderr.write(`${line}\n`));

  const findings = await lintDeploy(lintGround(ROOT));
  for (const path of bundles) findings.push(...(await lintBundle(path, relative(ROOT, path))));
  if (json) say(JSON.stringify(findings, undefined, 2));
  else for (const each of findings) say(describeFinding(each));
  if (!json && findings.length === 0) say("✓ nothing that Elastic Beanstalk would stumble over");
  return findings.length === 0 ? 0 : 1;
});
