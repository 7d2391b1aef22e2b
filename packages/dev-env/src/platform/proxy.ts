import { chown, cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { platformNginx } from "@tendril/deploy";

import { type Child, startChild } from "../process/child.ts";
import { signalGroup } from "../process/group.ts";
import { accepts, whenReady } from "../process/ready.ts";
import { programPath } from "../programs/programs.ts";
import { until, within } from "../wait.ts";
import { runStep, type StepPlace } from "./command.ts";
import type { Machine } from "./machine.ts";

type Options = {
  machine: Machine;
  /** The instance's root: what the configuration calls /var/log is here in `var/log`. */
  root: string;
  /** Instead of 80. */
  port: number;
  /** Where the app listens here, instead of at the port that the bundle names. */
  appPort: number;
};

/** nginx of an instance: the platform's configuration with the bundle's files in it. */
export interface Proxy extends AsyncDisposable {
  /** Lays the bundle's files into the platform's and has nginx test the whole; what runs goes on as it is. */
  prepare(bundle: string, bundlePort: number, place: StepPlace): Promise<void>;
  /** From now on what was prepared is in force. */
  use(): Promise<void>;
  /** Its machine is gone: SIGKILL to it and to its workers. */
  kill(): Promise<void>;
}

const mimeTypes = ["/etc/nginx/mime.types", "/opt/homebrew/etc/nginx/mime.types"];

export function createProxy({ machine, root, port, appPort }: Options): Proxy {
  const staged = join(root, "var/proxy/staging/nginx");
  const live = join(root, "etc/nginx");
  const nginx = programPath("nginx");
  const log = join(root, "var/log/nginx/nginx.log");
  let running: Child | undefined;

  const map = (text: string, bundlePort: number) =>
    text
      .replace(/\blisten(\s+)(\[::\]:)?80\b/g, `listen$1127.0.0.1:${port}`)
      .replace(new RegExp(`\\b(127\\.0\\.0\\.1|localhost):${bundlePort}\\b`, "g"), `$1:${appPort}`)
      .replace(
        /^user\s.*;/m,
        machine.user ? `user ${machine.user.name} ${machine.user.group};` : "",
      )
      .replaceAll("/etc/nginx/mime.types", mimeTypes.find(existsSync) ?? "mime.types")
      .replace(/(?<=\s)\/var\/(log|run)\//g, join(root, "var/$1/"));
  /** Where Debian's nginx would write beside its own. */
  const ownFolders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${join(root, "var/tmp/nginx", kind)};\n`)
    .join("");

  return {
    async prepare(bundle, bundlePort, place) {
      await rm(staged, { recursive: true, force: true });
      await cp(platformNginx, staged, { recursive: true });
      const own = join(bundle, ".platform/nginx");
      if (existsSync(own)) await cp(own, staged, { recursive: true });
      for (const entry of await readdir(staged, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const file = join(entry.parentPath, entry.name);
        await writeFile(file, map(await readFile(file, "utf8"), bundlePort));
      }
      await writeFile(join(staged, "conf.d/this-machine.conf"), ownFolders);
      await makeFolders(root, machine);
      const command = [nginx, "-t", "-q", "-p", root, "-c", join(staged, "nginx.conf")];
      await runStep("nginx", command, { ...place, cwd: root });
    },
    async use() {
      await rm(live, { recursive: true, force: true });
      await mkdir(join(root, "etc"), { recursive: true });
      await rename(staged, live);
      if (running?.running) return reload(running);
      running = startChild({
        name: "nginx",
        command: nginx,
        args: ["-p", root, "-c", join(live, "nginx.conf"), "-g", "daemon off;"],
        household: machine.household,
        log,
      });
      await whenReady(running, log, () => accepts(port));
    },
    async kill() {
      signalGroup(running?.pid ?? 0, "SIGKILL");
      await running?.exited;
    },
    async [Symbol.asyncDispose]() {
      running?.kill("SIGQUIT");
      if (running) await within(running.exited, 5_000);
      await running?.[Symbol.asyncDispose]();
    },
  };
}

/** Resolves when the processes with the configuration before take no requests any more. */
async function reload(nginx: Child): Promise<void> {
  const before = workersOf(nginx.pid);
  nginx.kill("SIGHUP");
  await until(() => before.every(isLeaving) || undefined, {
    timeout: 20_000,
    failure: () => "nginx does not take its new configuration",
  });
}

/** None where the system does not say; then nobody waits. */
function workersOf(master: number): string[] {
  try {
    const children = readFileSync(`/proc/${master}/task/${master}/children`, "utf8");
    return children.split(" ").filter(Boolean);
  } catch {
    return [];
  }
}

/** nginx renames a worker that has been told to finish. */
function isLeaving(worker: string): boolean {
  try {
    return /shutting down|^$/.test(readFileSync(`/proc/${worker}/cmdline`, "utf8"));
  } catch {
    return true;
  }
}

async function makeFolders(root: string, { user }: Machine): Promise<void> {
  for (const folder of ["var/run", "var/tmp/nginx", "var/log/nginx/healthd"]) {
    await mkdir(join(root, folder), { recursive: true });
    if (user) await chown(join(root, folder), user.uid, user.gid);
  }
}
