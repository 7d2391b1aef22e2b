import { once } from "node:events";
import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Listens, and gives back the port (asked for as 0 in tests) and an end that lets requests in progress finish.
 * `host` is 127.0.0.1 but in a container: nginx stands in front on the platform, nobody on a laptop.
 */
export async function listen(
  server: Server,
  port: number,
  host = "127.0.0.1",
): Promise<{ port: number } & AsyncDisposable> {
  const closeIdle = watchIdle(server);
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");

  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      closeIdle();
      await closed;
    },
  };
}

/**
 * Closes connections without a request, now and as soon as they have none. Node's own `closeIdleConnections`
 * leaves out those that never asked for anything: browsers open some ahead of need.
 */
function watchIdle(server: Server): () => void {
  const idle = new Set<Socket>();
  let isClosing = false;
  server.on("connection", (socket) => {
    idle.add(socket);
    socket.once("close", () => idle.delete(socket));
  });
  server.on("request", ({ socket }, response) => {
    idle.delete(socket);
    response.once("close", () => {
      if (isClosing) socket.destroySoon();
      else if (!socket.destroyed) idle.add(socket);
    });
  });
  return () => {
    isClosing = true;
    for (const socket of idle) socket.destroy();
  };
}
