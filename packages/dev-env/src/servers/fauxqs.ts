import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type Child, startChild } from "../process/child.ts";
import { freePort } from "../process/ports.ts";
import { answers, whenReady } from "../process/ready.ts";
import type { Place } from "./place.ts";

export interface FauxqsServer extends AsyncDisposable {
  readonly process: Child;
  /** SQS and S3 without any check: for the fronts and for looking inside, never for the apps. */
  readonly url: string;
}

export async function startFauxqs(
  { dataDir, logDir, household }: Place,
  region: string,
): Promise<FauxqsServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = join(logDir, "fauxqs.log");
  const child = startChild({
    name: "SQS and S3",
    command: process.execPath,
    args: [
      fileURLToPath(new URL("fauxqs-main.ts", import.meta.url)),
      String(port),
      join(dataDir, "fauxqs"),
      region,
    ],
    household,
    log,
  });
  await whenReady(child, log, () => answers(`${url}/health`));
  return { process: child, url, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}
