import { once } from "node:events";
import type { Server } from "node:http";

/**
 * Listens, and gives back the port (asked for as 0 in tests) and an end that lets requests in progress finish.
 * `host` is 127.0.0.1 everywhere: nginx stands in front on the platform, nobody on a laptop.
 */
export async function listen(
  server: Server,
  port: number,
): Promise<{ port: number } & AsyncDisposable> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");

  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}
