import { createRequire } from "node:module";
import { join } from "node:path";

import { type Child, startChild } from "../process/child.ts";
import { freePort } from "../process/ports.ts";
import { answers, whenReady } from "../process/ready.ts";
import type { Place } from "./place.ts";

export interface SesServer extends AsyncDisposable {
  readonly process: Child;
  /** SES without memory of what it was sent in full: for the front. */
  readonly url: string;
}

export async function startSes({ logDir, household }: Place): Promise<SesServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = join(logDir, "ses.log");
  const program = join(createRequire(import.meta.url).resolve("aws-ses-v2-local"), "../cli.js");
  const child = startChild({
    name: "SES",
    command: process.execPath,
    args: [program, "--host", "127.0.0.1", "--port", String(port)],
    household,
    log,
  });
  await whenReady(child, log, () => answers(`${url}/health-check`));
  return { process: child, url, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}
