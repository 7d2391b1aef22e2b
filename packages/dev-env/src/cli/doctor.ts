import { parseArgs } from "node:util";

import {
  aboutHelp,
  examine,
  exitCodes,
  optionHelp,
  options,
  readSettingsFile,
} from "@tendril/doctor";
import { messageOf, type Environment } from "@tendril/runtime";

import type { Tier } from "../apps/places.ts";
import { localSettings } from "../space/local-settings.ts";
import { UserError } from "../user-error.ts";
import { say } from "./terminal.ts";

const HELP = `npm run doctor -- [--tier web|worker|both] [--local | --settings FILE] [--json]

${aboutHelp}

  --tier TIER       whose settings and dependencies (both)
  --local           those of \`npm start\`, which runs on this machine (DATA_DIR says where, as there)
${optionHelp}

On an instance the same comes with the bundle: node src/doctor.js --help`;

const tiers = { web: ["web"], worker: ["worker"], both: ["web", "worker"] } as const;

type Settings = { tiers: readonly Tier[]; environment: Environment; json: boolean };

function readDoctorSettings(args: string[]): Settings | "help" {
  const { values } = parseArgs({
    args,
    options: { ...options, tier: { type: "string", default: "both" }, local: { type: "boolean" } },
  });
  if (values.help) return "help";
  const [, chosen] = Object.entries(tiers).find(([name]) => name === values.tier) ?? [];
  if (!chosen) throw new UserError(`--tier: web, worker or both, not ${values.tier}`);
  if (values.local && values.settings !== undefined)
    throw new UserError("--local and --settings exclude each other");
  return { tiers: chosen, environment: environmentOf(values), json: values.json };
}

function environmentOf({ local, settings }: { local?: boolean; settings?: string }): Environment {
  if (local) return localSettings();
  return { ...process.env, ...(settings !== undefined && readSettingsFile(settings)) };
}

/** The AWS SDK reads its settings from the process alone. */
function settle(environment: Environment): void {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
}

async function checksOf(tier: Tier) {
  const { checks } = await (tier === "web"
    ? import("@tendril/web/doctor")
    : import("@tendril/worker/doctor"));
  return { name: tier, checks };
}

async function doctor(args: string[]): Promise<number> {
  let settings;
  try {
    settings = readDoctorSettings(args);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\nnpm run doctor -- --help says how it is called\n`);
    return exitCodes.misuse;
  }
  if (settings === "help") {
    say(HELP);
    return exitCodes.well;
  }
  settle(settings.environment);
  return examine(await Promise.all(settings.tiers.map(checksOf)), process.env, settings.json);
}

process.exitCode = await doctor(process.argv.slice(2));
