import { doubtful, explainConnection, fine, unexpected, wrong, wordsOf } from "@tendril/doctor";
import { checkWith, type Check, type Explanation, type Finding } from "@tendril/doctor";
import { seconds, variable, readEnvironment, type Environment } from "@tendril/runtime";
import { createClient } from "redis";

/** Connects once, as the tier does again and again. */
export function checkRedis(environment: Environment): Check {
  const variables = { REDIS_URL: variable.url(["redis:", "rediss:"]) };
  const read = () => new URL(readEnvironment(environment, variables).REDIS_URL);
  return checkWith("Redis", read, look);
}

async function look(url: URL): Promise<Finding[]> {
  const client = createClient({
    url: url.href,
    disableOfflineQueue: true,
    commandOptions: { timeout: 3_000 },
    socket: { connectTimeout: 3_000, socketTimeout: 6_000, reconnectStrategy: false },
  });
  // Errors come with the promises, too.
  client.on("error", () => {});
  try {
    await within(client.connect(), seconds(8));
    const key = "tendril-doctor";
    await client.set(key, "here", { expiration: { type: "PX", value: 1_000 } });
    if ((await client.get(key)) !== "here") throw new Error("Redis does not give back what it got");
    const info = await client.info();
    return describe(url, (name) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1]);
  } catch (error) {
    return [wrong(await explain(error, url))];
  } finally {
    client.destroy();
  }
}

/** A server that takes the connection and then says nothing. */
async function within(connecting: Promise<unknown>, ms: number): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("timed out")), ms);
  try {
    await Promise.race([connecting, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function describe(url: URL, value: (name: string) => string | undefined): Finding[] {
  const manner = url.protocol === "rediss:" ? "by TLS" : "not encrypted";
  const findings = [fine(`${value("redis_version") ?? "reached"}, ${manner}`)];
  const policy = value("maxmemory_policy");
  if (policy !== undefined && policy !== "noeviction")
    findings.push(
      doubtful({
        says: `it throws keys away when it is full (${policy})`,
        cure: "Sign-ins would be lost: set maxmemory-policy to noeviction in its parameter group.",
      }),
    );
  return findings;
}

async function explain(error: unknown, url: URL): Promise<Explanation> {
  const words = wordsOf(error);
  const host = url.hostname;
  const port = Number(url.port) || 6379;
  if (/^(NOAUTH|WRONGPASS)|without any password|AUTH.*(fail|called)/im.test(words))
    return {
      says: `${host}:${port} does not accept our password`,
      cure: "REDIS_URL has to be rediss://user:password@host:port as Redis knows it (no user: rediss://:password@…), with % codes for marks like / and @. Instances read the secret when they start: restart the app servers after a change.",
    };
  if (/^NOPERM/m.test(words))
    return {
      says: "this user may not read and write keys",
      cure: "Give the user of REDIS_URL the access string: on ~* &* +@all.",
    };
  if (/^(READONLY|MISCONF|OOM)/m.test(words))
    return {
      says: `it takes no writes: ${words.slice(0, 120)}`,
      cure: "READONLY: REDIS_URL names a replica, take the primary endpoint. OOM: it is full. MISCONF: its disk is.",
    };
  const encrypted = url.protocol === "rediss:";
  const closed = /socket closed|ECONNRESET/i.test(words);
  const mute = encrypted
    ? "It most likely speaks no TLS: switch on encryption in transit (for a new cluster alone), or begin REDIS_URL with redis://."
    : "It most likely speaks TLS alone: REDIS_URL has to begin with rediss://.";
  if (closed) return { says: `${host}:${port} closes the connection without a word`, cure: mute };
  const place = { mute, what: "Redis", host, port, variable: "REDIS_URL" };
  return (await explainConnection(error, place)) ?? unexpected(error);
}
