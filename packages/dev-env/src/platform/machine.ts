import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, copyFile, link, mkdir, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";

import { type Household, openHousehold } from "../process/household.ts";
import { createUnpacker, type Unpack } from "./unpack.ts";

export type AppUser = { name: string; group: string; uid: number; gid: number };

/** What instances stand on here: a folder that any user can walk through, and the platform's own Node. */
export interface Machine extends AsyncDisposable {
  readonly folder: string;
  /** Where commands are looked for. */
  readonly path: string;
  readonly household: Household;
  readonly unpack: Unpack;
  /** Who the apps run as, like the platform's `webapp`; ourselves where that cannot be. */
  readonly user: AppUser | undefined;
  say(line: string): void;
  /** Says once what of a bundle only AWS can do. */
  leaveOut(what: string): void;
}

export async function openMachine(say: (line: string) => void = () => {}): Promise<Machine> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "tendril-platform-"));
  await chmod(folder, 0o711);
  demandNoModulesAbove(folder);
  const household = stack.use(await openHousehold({ dataDir: folder, temporary: true }));
  const bin = join(folder, "usr", "bin");
  const node = join(bin, "node");
  await mkdir(bin, { recursive: true });
  await link(process.execPath, node).catch(() => copyFile(process.execPath, node));
  const user = await findAppUser(node);
  if (!user) {
    const { username } = userInfo();
    say(`! The apps run as ${username}, who may read all that is ${username}'s: \
a user of their own, as on the platform, takes root.`);
  }
  const leftOut = new Set<string>();
  const owned = stack.move();
  return {
    folder,
    path: [bin, "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"].join(":"),
    household,
    unpack: createUnpacker(join(folder, "bundles-unpacked")),
    user,
    say,
    leaveOut(what) {
      if (!leftOut.has(what)) say(`! not played here: ${what}`);
      leftOut.add(what);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Node looks for modules in all folders above: there what a bundle lacks would be found by accident. */
function demandNoModulesAbove(folder: string): void {
  for (let above = folder; ; above = dirname(above)) {
    if (existsSync(join(above, "node_modules")))
      throw new Error(`${above}/node_modules lies above the bundles: it would hide what they lack`);
    if (above === dirname(above)) return;
  }
}

/** Somebody who owns nothing, if we may start processes as him and he can reach this Node. */
async function findAppUser(node: string): Promise<AppUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [users, groups] = await Promise.all(
    ["/etc/passwd", "/etc/group"].map((file) => readFile(file, "utf8").catch(() => "")),
  );
  const [name, , uid, gid] = /^nobody:.*/m.exec(users ?? "")?.[0].split(":") ?? [];
  const group = new RegExp(`^([^:]+):[^:]*:${gid}:`, "m").exec(groups ?? "")?.[1];
  if (name === undefined || group === undefined) return undefined;
  const user = { name, group, uid: Number(uid), gid: Number(gid) };
  const tried = spawnSync(node, ["--version"], { uid: user.uid, gid: user.gid, timeout: 10_000 });
  return tried.status === 0 ? user : undefined;
}
