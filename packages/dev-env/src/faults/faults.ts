import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

const fault = z.object({
  job: z.string().min(1),
  /** Where this is in what the job is about: `example.org` in a mail's recipient. Empty: always. */
  about: z.string(),
  error: z.string().min(1),
});
/** Jobs that are to fail, so that people can try what they do about letters. */
export type Fault = z.output<typeof fault>;

export const faultsFile = (dataDir: string) => join(dataDir, "faults.json");

export function readFaults(file: string): Fault[] {
  return existsSync(file) ? z.array(fault).parse(JSON.parse(readFileSync(file, "utf8"))) : [];
}

export function writeFaults(file: string, faults: readonly Fault[]): void {
  if (faults.length === 0) rmSync(file, { force: true });
  else writeFileSync(file, JSON.stringify(faults, undefined, 2));
}
