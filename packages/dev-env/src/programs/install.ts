import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createInterface } from "node:readline";

import { UserError } from "../user-error.ts";
import { findProgram } from "./find.ts";

type Packages = { debian: readonly string[]; homebrew: readonly string[] };
export type Installer = (
  programs: readonly Packages[],
  say: (line: string) => void,
) => Promise<void>;

// Private copies are wanted, not the services that these packages start when they are installed.
const QUIET = {
  DEBIAN_FRONTEND: "noninteractive",
  RUNLEVEL: "1",
  SYSTEMD_OFFLINE: "1",
  NEEDRESTART_MODE: "l",
  LC_ALL: "C",
};

/** Runs to its end, showing every tenth second what it is at. */
async function run(
  command: string,
  args: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const child = spawn(command, args, {
    stdio: ["inherit", "pipe", "pipe"],
    env: { ...process.env, ...QUIET },
  });
  const lines: string[] = [];
  let told = performance.now();
  const listen = (line: string) => {
    lines.push(line);
    if (performance.now() - told < 2_000) return;
    told = performance.now();
    say(`  ${line.slice(0, 100)}`);
  };
  createInterface({ input: child.stdout }).on("line", listen);
  createInterface({ input: child.stderr }).on("line", listen);
  await once(child, "close");
  if (child.exitCode === 0) return;
  const reason =
    lines.findLast((line) => /^E:|error/i.test(line)) ?? lines.at(-1) ?? "it gave no reason";
  throw new UserError(`${command} ${args.join(" ")} failed: ${reason}`);
}

function apt(prefix: readonly string[]): Installer {
  const get = (args: readonly string[], say: (line: string) => void) => {
    const settings = Object.entries(QUIET).map(([name, value]) => `${name}=${value}`);
    const [command, ...rest] =
      prefix.length > 0
        ? [...prefix, "env", ...settings, "apt-get", ...args]
        : ["apt-get", ...args];
    return run(command ?? "apt-get", rest, say);
  };
  return async (programs, say) => {
    const packages = programs.flatMap(({ debian }) => debian);
    const install = () => get(["install", "-y", "-q", "--no-install-recommends", ...packages], say);
    if (!hasPackageLists()) await get(["update", "-q"], say);
    // Old lists name packages that the archive has replaced since.
    await install().catch(async () => {
      await get(["update", "-q"], say);
      await install();
    });
  };
}

function hasPackageLists(): boolean {
  try {
    return readdirSync("/var/lib/apt/lists").some((name) => name.includes("_Packages"));
  } catch {
    return false;
  }
}

const homebrew: Installer = async (programs, say) => {
  for (const { homebrew: args } of programs) await run("brew", ["install", ...args], say);
};

/** How programs are installed here, if there is a way. */
export function findInstaller(): Installer | undefined {
  if (findProgram(["apt-get"])) {
    if (process.getuid?.() === 0) return apt([]);
    if (findProgram(["sudo"])) return apt(["sudo"]);
  }
  return findProgram(["brew"]) ? homebrew : undefined;
}
