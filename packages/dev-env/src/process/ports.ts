import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

import { UserError } from "../user-error.ts";

async function listenOnce(port: number): Promise<number> {
  const server = createServer();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : port;
}

/** Below those that systems give to outgoing connections, which would take a port between two servers on it. */
const range = { first: 15_000, last: 32_000 };
const given = new Set<number>();

/** A port that nobody uses now, and that this process gives out once. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(range.first, range.last + 1);
    if (given.has(port)) continue;
    given.add(port);
    try {
      return await listenOnce(port);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    }
  }
}

/** Refuses in one line when a port that was asked for is taken. */
export async function demandPort(
  port: number,
  variable: string,
  command = "npm start",
): Promise<void> {
  try {
    await listenOnce(port);
  } catch {
    throw new UserError(
      `Port ${port} is taken: choose another with ${variable}=${port + 100} ${command}`,
    );
  }
}
