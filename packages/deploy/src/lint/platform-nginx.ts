import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { listFiles } from "../bundle/files.ts";
import type { SourceFile } from "./source-files.ts";

/** The configuration of nginx as the platform generates it; a bundle's `.platform/nginx` is laid over it. */
export const platformNginx = fileURLToPath(new URL("nginx-platform/", import.meta.url));

/** Lays a tier's files over the platform's in a scratch folder; gives the path of the main file. */
export async function layNginx(ours: readonly SourceFile[], scratch: string): Promise<string> {
  const etc = join(scratch, "etc");
  await cp(platformNginx, etc, { recursive: true });
  await mkdir(join(scratch, "log/healthd"), { recursive: true });
  // nginx writes a log with a date in its name only while the root of the server is there.
  await mkdir(join(scratch, "html"), { recursive: true });
  for (const { name, path } of ours) {
    const target = join(scratch, name.replace(/^nginx\//, "etc/"));
    await mkdir(dirname(target), { recursive: true });
    await cp(path, target);
  }
  for (const name of await listFiles(etc)) await moveIn(join(etc, name), scratch);
  return join(etc, "nginx.conf");
}

/** Places of an instance, which are not for us here. The lines stay where they are. */
async function moveIn(path: string, to: string): Promise<void> {
  const text = await readFile(path, "utf8");
  const moved = text
    .replaceAll("/var/log/nginx", `${to}/log`)
    .replaceAll("/var/run/", `${to}/`)
    // The types play no part, and lie elsewhere on other systems.
    .replace(/include\s+\/etc\/nginx\/mime.types;/, "")
    .replace(/^user .*/m, "");
  await writeFile(path, moved);
}
