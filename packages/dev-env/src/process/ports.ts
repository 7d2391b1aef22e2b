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

/** A port that nobody uses now. */
export function freePort(): Promise<number> {
  return listenOnce(0);
}

/** Refuses in one line when a port that was asked for is taken. */
export async function demandPort(port: number, variable: string): Promise<void> {
  try {
    await listenOnce(port);
  } catch {
    throw new UserError(
      `Port ${port} is taken: choose another with ${variable}=${port + 100} npm start`,
    );
  }
}
