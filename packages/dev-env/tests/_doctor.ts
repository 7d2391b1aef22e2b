import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";

import type { Finding, Result } from "@tendril/doctor";

/** What a check found, without what is fine. */
export const troubles = (results: readonly Result[], check: string): Finding[] =>
  results.filter((result) => result.check === check && result.state !== "fine");

/** A port of this machine, until it is disposed of. */
export async function openPort(server: Server): Promise<{ port: number } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => void sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Takes connections and never says a word. */
export const openSilentPort = () =>
  openPort(createServer((socket) => socket.on("error", () => {})));

/** A port that nobody listens on. */
export async function closedPort(): Promise<number> {
  await using taken = await openSilentPort();
  return taken.port;
}

/** Sets variables of this process, which the AWS SDK reads itself, for a while. */
export function lend(variables: Record<string, string>): Disposable {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return {
    [Symbol.dispose]() {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    },
  };
}
