import { once } from "node:events";
import { connect, createServer } from "node:net";

/** Before a server that can freeze: connections stay and are still accepted, and nothing is answered on any. */
export async function openFreezer(serverPort: string) {
  let frozen = false;
  const server = createServer((socket) => {
    const target = connect(Number(serverPort), "127.0.0.1");
    socket.on("data", (bytes) => frozen || target.write(bytes));
    target.on("data", (bytes) => frozen || socket.write(bytes));
    for (const [one, other] of [
      [socket, target],
      [target, socket],
    ] as const) {
      one.on("error", () => {});
      one.once("close", () => other.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: String(typeof address === "object" && address ? address.port : 0),
    freeze: (is: boolean) => (frozen = is),
    [Symbol.dispose]: () => void server.close(),
  };
}
