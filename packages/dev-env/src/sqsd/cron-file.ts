import { readFileSync } from "node:fs";
import { basename } from "node:path";

import { parseCron, type CronExpression } from "@tendril/jobs";
import { parse } from "yaml";
import { z } from "zod";

import { oneLine, UserError } from "../user-error.ts";

export type CronEntry = { name: string; url: string; fires: CronExpression };

const entries = z.object({
  cron: z.array(z.object({ name: z.string(), url: z.string(), schedule: z.string() })),
});

/** Reads cron.yaml as the platform's daemon does, which refuses to start on a mistake, in its words. */
export function readCronFile(path: string): CronEntry[] {
  const file = basename(path);
  try {
    const content: unknown = parse(readFileSync(path, "utf8"), {
      version: "1.1",
      uniqueKeys: false,
      logLevel: "error",
    });
    if (content === null || content === undefined)
      throw new UserError(`Schedule file '${file}' is empty.`);
    const { version } = z.object({ version: z.unknown() }).parse(content);
    if (version !== 1) throw new UserError(`Not supported version ${String(version)}`);
    const byName = new Map<string, CronEntry>();
    for (const { name, url, schedule } of entries.parse(content).cron) {
      if (!URL.canParse(url, "http://localhost/")) throw new Error(`bad url ${url}`);
      // A later one of the same name overwrites the earlier.
      byName.set(name, { name, url, fires: parseCron(schedule) });
    }
    return [...byName.values()];
  } catch (error) {
    if (error instanceof UserError) throw error;
    const why = error instanceof z.ZodError ? lackOf(error) : oneLine(error);
    throw new UserError(`Failed of parsing file '${file}', because: ${why}`);
  }
}

const lackOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join(".") || "the file"}: ${message}`).join("; ");
