import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { type Child, startChild } from "../process/child.ts";
import { freePort } from "../process/ports.ts";
import { accepts, whenReady } from "../process/ready.ts";
import { programPath } from "../programs/programs.ts";
import type { Place } from "./place.ts";

export interface RedisServer extends AsyncDisposable {
  readonly process: Child;
  readonly port: number;
}

/** As ElastiCache is set up for us: nothing is evicted. Every write is appended, so sign-ins survive. */
export async function startRedis({ dataDir, logDir, household }: Place): Promise<RedisServer> {
  const data = join(dataDir, "redis");
  mkdirSync(data, { recursive: true });
  const port = await freePort();
  const log = join(logDir, "redis.log");
  const settings = {
    port: String(port),
    bind: "127.0.0.1",
    dir: data,
    databases: "4096",
    appendonly: "yes",
    save: "",
    "maxmemory-policy": "noeviction",
  };
  const child = startChild({
    name: "Redis",
    command: programPath("redis"),
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    household,
    log,
  });
  await whenReady(child, log, () => accepts(port));
  return { process: child, port, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}
