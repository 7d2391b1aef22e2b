import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from "node:http";
import { connect, createServer as createTcpServer, type Server, type Socket } from "node:net";

/** Stands before a server, and can be taken away and put back at the same address. */
export interface Front extends AsyncDisposable {
  readonly port: number;
  /** To clients the server is down from now on: connections break, new ones are refused. */
  stop(): Promise<void>;
  resume(): Promise<void>;
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address ? address.port : port;
}

/**
 * Nobody listens at that port, and nobody who asks for a free one gets it: a connection of ours begins there. Else
 * another server could answer in the name of the one that is down.
 */
async function keepFree(port: number): Promise<AsyncDisposable> {
  const host = "127.0.0.1";
  const peer = createTcpServer((socket) => socket.unref().on("error", () => {}));
  const target = await listen(peer, 0);
  const socket = connect({ host, port: target, localAddress: host, localPort: port });
  await once(socket.unref(), "connect").finally(() => peer.close());
  return {
    async [Symbol.asyncDispose]() {
      const closed = once(socket, "close");
      socket.resetAndDestroy();
      await closed;
    },
  };
}

/** A front on any server that hands out its connections by the event "connection". */
async function openFront(server: Server, port = 0): Promise<Front> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const taken = await listen(server, port);
  let kept: AsyncDisposable | undefined;
  const close = async () => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const letGo = async () => {
    await kept?.[Symbol.asyncDispose]();
    kept = undefined;
  };
  return {
    port: taken,
    async stop() {
      if (!server.listening) return;
      await close();
      kept = await keepFree(taken);
    },
    async resume() {
      await letGo();
      if (!server.listening) await listen(server, taken);
    },
    async [Symbol.asyncDispose]() {
      if (server.listening) await close();
      await letGo();
    },
  };
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** A front that speaks HTTP. What the handler throws becomes a 502, unless the answer has begun. */
export function openHttpFront(handler: Handler, port = 0): Promise<Front> {
  const server: HttpServer = createServer((request, response) => {
    void answer(handler, request, response);
  });
  // Clients keep their connections longer than Node's five seconds and would trip over the end.
  server.keepAliveTimeout = 75_000;
  return openFront(server, port);
}

async function answer(
  handler: Handler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await handler(request, response);
  } catch {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end();
  }
}

/** A front that passes bytes on to a port of this machine. */
export function openTcpFront(target: number): Promise<Front> {
  return openFront(createTcpServer((socket) => passOn(socket, target)));
}

function passOn(socket: Socket, port: number): void {
  const target = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.setNoDelay(true);
  socket.pipe(target).pipe(socket);
  for (const [one, other] of [
    [socket, target],
    [target, socket],
  ] as const) {
    one.on("error", () => other.destroy());
    one.once("close", () => other.destroy());
  }
}
