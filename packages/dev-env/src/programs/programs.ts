import { UserError } from "../user-error.ts";
import { PROGRAMS, type ProgramName } from "./catalogue.ts";
import { findProgram } from "./find.ts";
import { findInstaller } from "./install.ts";

export const FOR_START = ["mariadb", "redis"] as const satisfies readonly ProgramName[];
export const FOR_PLATFORM = [...FOR_START, "nginx"] as const satisfies readonly ProgramName[];
export const FOR_TESTS = [...FOR_PLATFORM, "chromium"] as const satisfies readonly ProgramName[];
export const FOR_LOAD = [...FOR_START, "wrk"] as const satisfies readonly ProgramName[];

function isThere(name: ProgramName): boolean {
  return PROGRAMS[name].files.every((names) => findProgram(names) !== undefined);
}

/** Installs what is missing of these, saying what and why; refuses when it cannot. */
export async function ensurePrograms(
  names: readonly ProgramName[],
  say: (line: string) => void,
): Promise<void> {
  const missing = names.filter((name) => !isThere(name));
  if (missing.length === 0) return;
  const listed = missing.map((name) => PROGRAMS[name].label).join(", ");
  const install = findInstaller();
  if (!install)
    throw new UserError(
      `Please install ${listed}, then try again: neither apt-get (as root or with sudo) nor Homebrew is here to do it.`,
    );
  for (const name of missing) say(`Installing ${PROGRAMS[name].label} (${PROGRAMS[name].why}) …`);
  await install(
    missing.map((name) => PROGRAMS[name]),
    say,
  );
  const still = missing.filter((name) => !isThere(name));
  if (still.length > 0)
    throw new UserError(
      `${still.map((name) => PROGRAMS[name].label).join(", ")} could not be installed; see above, or install by hand.`,
    );
}

/** Path of a program's n-th file. Call `ensurePrograms` before. */
export function programPath(name: ProgramName, file = 0): string {
  const names = PROGRAMS[name].files[file] ?? [];
  const found = findProgram(names);
  if (!found)
    throw new UserError(`${PROGRAMS[name].label} is missing: npm start and npm test install it.`);
  return found;
}
