import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

import type { Household } from "../process/household.ts";
import { together } from "../wait.ts";
import { type FauxqsServer, startFauxqs } from "./fauxqs.ts";
import { type MariadbServer, startMariadb } from "./mariadb.ts";
import { type RedisServer, startRedis } from "./redis.ts";
import { type SesServer, startSes } from "./ses.ts";

export const REGION = "eu-central-1";

/** How to reach the shared servers: plain data, so that it can be handed to another process. */
export type ServerAddresses = {
  dataDir: string;
  mariadb: { port: number; user: string; password: string };
  redis: { port: number };
  fauxqs: string;
  ses: string;
};

export interface Servers extends AsyncDisposable {
  readonly addresses: ServerAddresses;
  readonly household: Household;
  readonly mariadb: MariadbServer;
  readonly redis: RedisServer;
  readonly fauxqs: FauxqsServer;
  readonly ses: SesServer;
}

type Options = {
  dataDir: string;
  household: Household;
  /** Told of each server when it is ready, with the milliseconds that it took. */
  onReady?: (name: string, milliseconds: number) => void;
};

/**
 * Starts MariaDB, Redis, SQS + S3 and SES, each a process of its own on a free loopback port.
 * They are raw: apps reach them through the fronts of a space (`createSpace`).
 */
export async function startServers({
  dataDir: folder,
  household,
  onReady = () => {},
}: Options): Promise<Servers> {
  const dataDir = resolve(folder);
  const logDir = join(dataDir, "log");
  mkdirSync(logDir, { recursive: true });
  const place = { dataDir, logDir, household };
  await using stack = new AsyncDisposableStack();
  const started = performance.now();
  const track = async <T extends AsyncDisposable>(
    name: string,
    starting: Promise<T>,
  ): Promise<T> => {
    const server = stack.use(await starting);
    onReady(name, performance.now() - started);
    return server;
  };
  const [mariadb, redis, fauxqs, ses] = await together([
    track("MariaDB", startMariadb(place)),
    track("Redis", startRedis(place)),
    track("SQS and S3", startFauxqs(place, REGION)),
    track("SES", startSes(place)),
  ]);
  const owned = stack.move();
  return {
    addresses: {
      dataDir,
      mariadb: { port: mariadb.port, ...mariadb.admin },
      redis: { port: redis.port },
      fauxqs: fauxqs.url,
      ses: ses.url,
    },
    household,
    mariadb,
    redis,
    fauxqs,
    ses,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
