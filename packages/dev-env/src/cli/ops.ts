import { ownTerminal, runOps } from "@tendril/ops/run";

import { localSettings } from "../space/local-settings.ts";

/** As soon as one of them is set, the environment's settings are meant, and none of the local system's. */
const ownSettings = ["RDS_HOSTNAME", "QUEUE_PREFIX"];

/** The AWS SDK reads its settings from the process alone. */
function settle(): NodeJS.ProcessEnv {
  if (ownSettings.some((name) => process.env[name])) return process.env;
  const environment = localSettings();
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  return Object.assign(process.env, environment);
}

const terminal = { name: "./scripts/ops", environment: settle, ...ownTerminal() };
process.exitCode = await runOps(process.argv.slice(2), terminal);
