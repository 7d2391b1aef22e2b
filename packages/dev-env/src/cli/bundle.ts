import { join, relative } from "node:path";
import { parseArgs } from "node:util";

import {
  architectures,
  buildBundle,
  describeFinding,
  lintBundle,
  tiers,
  type Architecture,
  type Bundle,
  type Tier,
} from "@tendril/deploy";

import { ROOT } from "../apps/places.ts";
import { messageOf } from "@tendril/runtime";
import { UserError } from "../user-error.ts";
import { run } from "./run.ts";
import { say } from "./terminal.ts";

const HELP = `npm run bundle -- web|worker [--arch arm64|x86_64] [--json]

Builds what \`eb deploy\` uploads for that tier: dist/<tier>.zip. Compiled code, production modules for that
Linux, the platform's files; nothing is fetched at boot. Two builds of one commit are the same, byte for byte.
Then it looks into the bundle for what an instance would stumble over.

  --arch ARCH   of the instances that it is for (arm64)
  --json        what was built as JSON
  --help        this text

Then: cd apps/web && eb deploy --timeout 60`;

type Settings = { tier: Tier; architecture: Architecture; json: boolean };

function readBundleSettings(args: string[]): Settings | "help" {
  const { values, positionals } = parse(args);
  if (values.help) return "help";
  const tier = tiers.find((name) => name === positionals[0]);
  const architecture = architectures.find((name) => name === values.arch);
  const listed = (names: readonly string[]) => names.join(" or ");
  if (!tier || positionals.length > 1)
    throw new UserError(`Say which tier: npm run bundle -- ${listed(tiers)}`);
  if (!architecture) throw new UserError(`--arch: ${listed(architectures)}, not ${values.arch}`);
  return { tier, architecture, json: values.json };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        arch: { type: "string", default: "arm64" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false, short: "h" },
      },
    });
  } catch (error) {
    throw new UserError(`${messageOf(error)} (--help says what there is)`);
  }
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

function describe({ target, release, zipped, parts }: Bundle): string {
  const listed = Object.entries(parts).map(
    ([part, bytes]) => `  ${part.padEnd(10)} ${megabytes(bytes).padStart(9)}`,
  );
  return [
    `✓ ${target}: ${megabytes(zipped)}, release ${release.commit} of ${release.time}`,
    "  unpacked:",
    ...listed,
  ].join("\n");
}

await run(async () => {
  const settings = readBundleSettings(process.argv.slice(2));
  if (settings === "help") {
    say(HELP);
    return 0;
  }
  const { tier, architecture, json } = settings;
  const target = join(ROOT, "dist", `${tier}.zip`);
  if (!json) say(`Building the bundle of ${tier} for ${architecture} …`);
  const bundle = await buildBundle({ root: ROOT, tier, architecture, target });
  say(json ? JSON.stringify(bundle, undefined, 2) : describe(bundle));
  const findings = await lintBundle(target, relative(ROOT, target));
  for (const each of findings) process.stderr.write(`✗ ${describeFinding(each)}\n`);
  return findings.length === 0 ? 0 : 1;
});
