import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { mkdtempSync } from "node:fs";
import { createServer, request, type RequestListener, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { layNginx, sourceFiles, type Tier } from "@tendril/deploy";
import { listen } from "@tendril/runtime";

import { ROOT } from "../src/apps/places.ts";
import { startChild } from "../src/process/child.ts";
import { openHousehold } from "../src/process/household.ts";
import { freePort } from "../src/process/ports.ts";
import { accepts, whenReady } from "../src/process/ready.ts";
import { programPath } from "../src/programs/programs.ts";

/** The tier's nginx files inside the platform's, before `app`, or before nothing where there is none. */
export async function openNginx(tier: Tier, app: RequestListener | undefined) {
  await using stack = new AsyncDisposableStack();
  const scratch = mkdtempSync(join(tmpdir(), "tendril-nginx-test-"));
  stack.defer(() => rm(scratch, { recursive: true, force: true }));
  const [port, free] = await Promise.all([freePort(), freePort()]);
  const appPort = app ? stack.use(await listen(createServer(app), 0)).port : free;

  const files = await sourceFiles(ROOT, ".platform", tier);
  const main = await layNginx(
    files.filter(({ name }) => name.startsWith("nginx/")),
    scratch,
  );
  const own = join(scratch, "etc/conf.d/elasticbeanstalk/00_application.conf");
  for (const file of [main, own, join(scratch, "etc/conf.d/tendril.conf")]) {
    const text = await readFile(file, "utf8").catch(() => "");
    const moved = text
      .replace(/listen(\s+)80 /, `listen$1127.0.0.1:${port} `)
      .replaceAll("127.0.0.1:8080", `127.0.0.1:${appPort}`)
      .replace("http {", `http {\n${temporary(scratch)}`);
    await writeFile(file, moved);
  }
  // nginx's workers are somebody else when we are root.
  const healthLogs = join(scratch, "log/healthd");
  await mkdir(join(scratch, "tmp"));
  for (const folder of ["", "tmp", "log", "log/healthd", "html"])
    await chmod(join(scratch, folder), 0o777);

  const household = stack.use(await openHousehold({ dataDir: scratch, temporary: true }));
  const log = join(scratch, "nginx.out");
  const args = ["-p", scratch, "-c", main, "-g", "daemon off;"];
  const child = startChild({ name: "nginx", command: programPath("nginx"), args, household, log });
  stack.use(child);
  await whenReady(child, log, () => accepts(port));
  const owned = stack.move();
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    /** What the platform's health agent reads. */
    async healthLog() {
      const names = await readdir(healthLogs);
      return (
        await Promise.all(names.map((name) => readFile(join(healthLogs, name), "utf8")))
      ).join("");
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const temporary = (scratch: string) =>
  ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${scratch}/tmp/${kind};`)
    .join("\n");

/** The status for somebody who asks from that address. */
export async function statusFor(port: number, path: string, localAddress: string): Promise<number> {
  const asked = request({ host: "127.0.0.1", port, path, localAddress, method: "POST" });
  asked.end();
  const [response]: IncomingMessage[] = await once(asked, "response");
  response?.resume();
  return response?.statusCode ?? 0;
}
