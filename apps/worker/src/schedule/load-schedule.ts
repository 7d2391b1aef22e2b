import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import type { Logger } from "@tendril/runtime";

import { readCronFile, type ScheduledTask } from "./cron-file.ts";

/** Where the platform looks for it, too: at the root of the worker's bundle. */
export const cronFile = fileURLToPath(new URL("../../cron.yaml", import.meta.url));

/** What a worker makes of its file. It can do jobs without; whether ticks are missed nobody can tell then. */
export async function loadSchedule(
  logger: Pick<Logger, "error">,
  file = cronFile,
): Promise<ScheduledTask[]> {
  try {
    const { tasks, faults } = readCronFile(await readFile(file, "utf8"));
    if (faults.length === 0) return tasks;
    throw new Error(faults.map(({ line, message }) => `line ${line}: ${message}`).join("; "));
  } catch (error) {
    logger.error({ err: error, file }, "the schedule cannot be read: missed ticks go unnoticed");
    return [];
  }
}
