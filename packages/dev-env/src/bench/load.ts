import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { z } from "zod";

import { programPath } from "../programs/programs.ts";

const result = z.object({ requests: z.int(), seconds: z.number(), failed: z.int() });

const script = fileURLToPath(new URL("load.lua", import.meta.url));

/**
 * As many requests as are answered in that time, by wrk: a tenth of the work that they are for the server, where
 * a load generator in JavaScript does several times the server's and measures itself.
 */
export async function load(
  url: string,
  headers: Record<string, string>,
  { seconds, connections }: { seconds: number; connections: number },
): Promise<{ requests: number; seconds: number }> {
  const named = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const how = ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "10s", "-s", script];
  const { stdout } = await promisify(execFile)(programPath("wrk"), [...how, ...named, url]);
  const { failed, ...answered } = result.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
  if (failed > 0) throw new Error(`${failed} of ${answered.requests} requests to ${url} failed`);
  return answered;
}
