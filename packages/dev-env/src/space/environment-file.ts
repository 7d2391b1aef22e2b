import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Variables } from "./environment.ts";

const fileIn = (dataDir: string) => join(dataDir, "environment.env");

/** While a system runs, its data folder says what the tiers were started with: `npm run doctor -- --local`. */
export function leaveEnvironment(dataDir: string, variables: Variables): Disposable {
  const file = fileIn(dataDir);
  const lines = Object.entries(variables).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync(file, lines.join(""), { mode: 0o600 });
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
}

/** Its path; undefined when no system runs there. */
export function findEnvironment(dataDir: string): string | undefined {
  const file = fileIn(dataDir);
  return existsSync(file) ? file : undefined;
}
