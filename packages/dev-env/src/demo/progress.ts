import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

/** What the demo has done already, so that an interrupted first start goes on where it was. */
export type Progress = {
  has(step: string): boolean;
  add(step: string): void;
};

export function openProgress(dataDir: string): Progress {
  const path = join(dataDir, "demo.json");
  const steps = new Set(read(path));
  return {
    has: (step) => steps.has(step),
    add(step) {
      steps.add(step);
      writeFileSync(`${path}.new`, JSON.stringify([...steps]));
      renameSync(`${path}.new`, path);
    },
  };
}

function read(path: string): string[] {
  try {
    return z.array(z.string()).parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return [];
  }
}
