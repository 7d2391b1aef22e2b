import { spawn } from "node:child_process";
import { once } from "node:events";

import { ROOT } from "../apps/places.ts";
import type { Variables } from "../space/environment.ts";
import { say } from "./terminal.ts";

/** One check on the whole repository, by a tool that says itself what is wrong. */
export type Check = { name: string; tool: string; args: readonly string[]; cure?: string };

export const CHECKS: readonly Check[] = [
  { name: "Format", tool: "oxfmt", args: ["--check"], cure: "npm run format mends it" },
  { name: "Lint", tool: "oxlint", args: [] },
  { name: "Types", tool: "tsc", args: ["-p", "tsconfig.json"] },
  { name: "Types of the browser's scripts", tool: "tsc", args: ["-p", "apps/web/assets"] },
  {
    name: "Types of the service worker",
    tool: "tsc",
    args: ["-p", "apps/web/assets/service-worker"],
  },
  {
    name: "Types of the fleet page's scripts",
    tool: "tsc",
    args: ["-p", "packages/dev-env/src/fleet/page/assets"],
  },
  { name: "Deployment files", tool: "node", args: ["packages/dev-env/src/cli/lint-deploy.ts"] },
];

/** Runs a tool of the repository on this terminal; resolves with its exit code. */
export async function runTool(
  tool: string,
  args: readonly string[],
  signal: AbortSignal,
  variables: Variables = {},
): Promise<number> {
  const child = spawn(`${ROOT}node_modules/.bin/${tool}`, args, {
    cwd: ROOT,
    env: { ...process.env, ...variables },
    stdio: "inherit",
  });
  const stop = () => child.kill("SIGTERM");
  signal.addEventListener("abort", stop);
  await once(child, "close");
  signal.removeEventListener("abort", stop);
  return child.exitCode ?? 1;
}

export async function check(
  { name, tool, args, cure }: Check,
  signal: AbortSignal,
): Promise<boolean> {
  const started = performance.now();
  say(`${name} …`);
  const fine = (await runTool(tool, args, signal)) === 0;
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  say(fine ? `✓ ${name} … ${seconds} s` : `✗ ${name}${cure ? ` (${cure})` : ""}`);
  return fine;
}
