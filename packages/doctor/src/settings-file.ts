import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

import { z } from "zod";

const variables = z.record(z.string(), z.string());

/** NAME=value lines, or the JSON that the platform's `get-config environment` prints. `-` is standard input. */
export function readSettingsFile(path: string): Record<string, string> {
  const text = readFileSync(path === "-" ? 0 : path, "utf8").trim();
  if (text.startsWith("{")) return variables.parse(JSON.parse(text));
  return variables.parse(parseEnv(text));
}
