import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { DeploymentError } from "./deployment-error.ts";

/** Which processes a bundle wants, by name; `web` is the one that nginx asks. */
export async function readProcfile(bundle: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(bundle, "Procfile"), "utf8").catch(() => {
    throw new DeploymentError("Procfile", "is not in the bundle");
  });
  const processes = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [, name, command] = /^([A-Za-z0-9_-]+):\s*(\S.*)$/.exec(line) ?? [];
    if (name === undefined || command === undefined)
      throw new DeploymentError("Procfile", `is not understood: ${line}`);
    processes.set(name, command);
  }
  if (!processes.has("web")) throw new DeploymentError("Procfile", "names no process web");
  return processes;
}
