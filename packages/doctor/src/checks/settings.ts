import { ConfigError, messageOf, type Mistake } from "@tendril/runtime";

import { fine, wrong, type Check, type Explanation, type Finding } from "../check.ts";

const cures: Record<string, string> = {
  PUBLIC_URL: "The address that people type, with https://; http:// is for localhost alone.",
  RDS_CA: "certificates/rds.pem in a bundle; a relative path counts from where the program starts.",
  REDIS_URL: "rediss://[user:password@]host:port, the primary endpoint with encryption in transit.",
  SESSION_SECRETS: "openssl rand -hex 32; comma-separated, the newest first.",
  TOKEN_SECRETS: "openssl rand -hex 32; the same list in both tiers, the newest first.",
  VAPID_PUBLIC_KEY: "npx web-push generate-vapid-keys makes a pair; both tiers need the same one.",
  VAPID_PRIVATE_KEY: "npx web-push generate-vapid-keys makes a pair: take both halves of one.",
};
const cureOf = (variable: string) =>
  cures[variable] ??
  "Set it in the environment's configuration (docs/deploy.md says what comes from where). All of them missing on an instance: a shell has none of them, see --help.";

/** Reads the settings as the tier itself does; each mistake is a finding. */
export function checkSettings(readConfig: () => unknown): Check {
  return { name: "settings", look: async () => settings(readConfig) };
}

function settings(readConfig: () => unknown): Finding[] {
  try {
    readConfig();
    return [fine("complete; nothing that excludes each other")];
  } catch (error) {
    if (!(error instanceof ConfigError)) return [wrong(explainFile(error))];
    return [...gather(error.mistakes)].map(([cure, says]) => wrong({ says, cure }));
  }
}

/** What one cure mends is one finding. */
function gather(mistakes: readonly Mistake[]): Map<string, string> {
  const byCure = new Map<string, string>();
  for (const { variable, problem } of mistakes) {
    const cure = cureOf(variable);
    const before = byCure.get(cure);
    byCure.set(cure, `${before === undefined ? "" : `${before}; `}${variable} ${problem}`);
  }
  return byCure;
}

/** The one setting that names a file. */
function explainFile(error: unknown): Explanation {
  return { says: `RDS_CA cannot be read: ${messageOf(error)}`, cure: cureOf("RDS_CA") };
}
