import type { TestEnv } from "@tendril/dev-env";

import { readConfig } from "../src/config.ts";
import { start } from "../src/start.ts";

/** A second web server, whose clock stands still until it is moved. */
export interface LaterServer extends AsyncDisposable {
  readonly url: string;
  /** From now on its clock shows that much more than ours does at this moment. */
  stand(ahead: number): void;
}

export async function startLater({ environment }: TestEnv): Promise<LaterServer> {
  let now = new Date();
  const config = readConfig({ ...environment, PORT: "0", INSTANCE_ID: "web-later" });
  const server = await start(config, { clock: { now: () => now } });
  return {
    url: server.url,
    stand(ahead) {
      now = new Date(Date.now() + ahead);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
