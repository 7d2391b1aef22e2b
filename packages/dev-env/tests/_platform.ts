import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { zipFolder } from "@tendril/deploy";
import { createSpace, type Space } from "@tendril/dev-env";
import { inject } from "vitest";

import { createClient } from "../src/client/client.ts";
import { openMachine, type Machine } from "../src/platform/index.ts";
import { freePort } from "../src/process/ports.ts";
import { readInbox } from "../src/testing/inbox.ts";
import { watchJobs } from "../src/testing/drain.ts";

/** What one machine needs over `.ebextensions`: the local database speaks no TLS. */
export const localProperties = { RDS_CA: "" };

/** A machine, and a space whose database is empty: the first leader migrates it. */
export async function openGround() {
  await using stack = new AsyncDisposableStack();
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const servers = inject("servers");
  const name = `t${randomBytes(6).toString("hex")}`;
  const space: Space = stack.use(await createSpace(servers, { name, publicUrl: url }));
  const said: string[] = [];
  const machine: Machine = stack.use(await openMachine((line) => said.push(line)));
  const jobs = stack.use(watchJobs(servers, name));
  const owned = stack.move();
  return {
    servers,
    space,
    machine,
    /** What the platform said, line by line. */
    said,
    port,
    url,
    inbox: readInbox(space.mailbox),
    drain: jobs.drain,
    client: () => createClient(url),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** An app of a few lines, for what the platform does with any: it says which release it is. */
const tinyApp = `
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
const release = readFileSync("release.txt", "utf8");
const server = createServer((request, response) => response.end(request.url === "/health" ? "ok" : release));
server.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => server.close(() => process.exit()));
`;

/** Makes a bundle of these files over the tiny app's. */
export async function tinyBundle(
  { folder }: Machine,
  release: string,
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const source = join(folder, "bundles", release);
  const all = {
    Procfile: "web: node main.mjs\n",
    "main.mjs": tinyApp,
    "release.txt": release,
    "package.json": "{}",
    "node_modules/nothing.txt": "here so that npm need not be asked",
    ...files,
  };
  for (const [name, content] of Object.entries(all)) {
    const file = join(source, name);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, content);
  }
  const target = `${source}.zip`;
  await zipFolder(source, target, new Date());
  return target;
}
