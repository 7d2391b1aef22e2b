import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { connectDatabase, migrate, readDatabaseConfig } from "@tendril/database";

import { mainOf, ROOT } from "../apps/places.ts";
import { createClient, PASSWORD } from "../client/client.ts";
import { startChild } from "../process/child.ts";
import { openHousehold } from "../process/household.ts";
import { freePort } from "../process/ports.ts";
import { accepts, whenReady } from "../process/ready.ts";
import { startServers } from "../servers/servers.ts";
import { inherited, type Variables } from "../space/environment.ts";
import { createSpace } from "../space/space.ts";
import type { RawAnswers } from "./raw-main.ts";
import { insertPhotos } from "./web-photos.ts";

/** A server under measurement: a process of its own, whose log goes to a file. */
export type Site = { url: string; pid: number };

/** Galleries of our own with few and with many photos. */
export interface WebGround extends AsyncDisposable {
  /** A web tier of that gallery as in production: https, so no footer that names server and request. */
  startWeb(size: "few" | "many", extra?: Variables): Promise<Site>;
  startRaw(answers: RawAnswers): Promise<Site>;
  /** The cookie of somebody who signed up in the gallery with few photos. */
  signIn(site: Site): Promise<string>;
}

/** What nginx on the instance adds. */
export const forwarded = { "x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "https" };

/** As production demands them: of their own, and long. */
const production: Variables = {
  PUBLIC_URL: "https://tendril.example",
  TRUSTED_PROXIES: "1",
  SESSION_SECRETS: "0123456789abcdef0123456789abcdef",
  TOKEN_SECRETS: "fedcba9876543210fedcba9876543210",
  VAPID_PUBLIC_KEY: "",
  LOG_LEVEL: "info",
};

export async function openWebGround(sizes: Record<"few" | "many", number>): Promise<WebGround> {
  await using stack = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), "tendril-bench-"));
  const household = stack.use(await openHousehold({ dataDir, temporary: true }));
  const servers = stack.use(await startServers({ dataDir, household }));
  const { redis, mariadb } = servers.addresses;
  const logDir = join(dataDir, "log");
  mkdirSync(logDir, { recursive: true });

  const openGallery = async (name: "few" | "many") => {
    const space = stack.use(
      await createSpace(servers.addresses, { name, publicUrl: "http://localhost:1" }),
    );
    // Straight to the servers: the fronts are in this process, which would work along.
    const redisUrl = new URL(space.environment["REDIS_URL"] ?? "");
    redisUrl.port = String(redis.port);
    const environment = {
      ...space.environment,
      ...production,
      RDS_PORT: String(mariadb.port),
      REDIS_URL: redisUrl.href,
    };
    await migrate(readDatabaseConfig(environment));
    await insertPhotos(environment, sizes[name]);
    return environment;
  };
  const galleries = { few: await openGallery("few"), many: await openGallery("many") };

  const owned = stack.move();
  const startServer = async (name: string, file: string, env: Variables): Promise<Site> => {
    const port = await freePort();
    const log = join(logDir, `${name}-${port}.log`);
    const options = { name, command: process.execPath, cwd: ROOT, household, log };
    const child = owned.use(
      startChild({
        ...options,
        args: [file],
        env: { ...inherited(), ...env, PORT: String(port), INSTANCE_ID: name },
      }),
    );
    await whenReady(child, log, () => accepts(port));
    return { url: `http://127.0.0.1:${port}`, pid: child.pid };
  };
  const raw = fileURLToPath(new URL("raw-main.ts", import.meta.url));
  return {
    startWeb: (size, extra = {}) =>
      startServer(`web-${size}`, mainOf("web"), { ...galleries[size], ...extra }),
    startRaw: (answers) =>
      startServer("raw", raw, { TENDRIL_BENCH_ANSWERS: JSON.stringify(answers) }),
    signIn: (site) => signIn(site, galleries.few),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Somebody who confirmed their address, as most have. */
async function signIn({ url }: Site, environment: Variables): Promise<string> {
  const client = createClient(url);
  const words = { username: "visitor", email: "visitor@example.com", password: PASSWORD };
  await client.post("/sign-up", words, forwarded);
  await using db = connectDatabase(readDatabaseConfig(environment));
  await db.sequelize.query("UPDATE users SET email_verified_at = NOW(3)");
  const { status } = await client.post(
    "/sign-in",
    { login: "visitor", password: PASSWORD },
    forwarded,
  );
  if (status !== 303) throw new Error(`Signing in was answered with ${status}`);
  // The page that greets them, once: it takes the cookie that had it do so.
  await client.get(url, forwarded);
  return client.cookies.header;
}
