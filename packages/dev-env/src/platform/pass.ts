import { type Agent, type IncomingMessage, request as send, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { pipeline } from "node:stream/promises";

/** The target gave no answer; `untouched` says that it cannot have done anything yet. */
export class TargetError extends Error {
  override readonly name = "TargetError";
  readonly untouched: boolean;

  constructor(untouched: boolean, options: ErrorOptions) {
    super("The target does not answer", options);
    this.untouched = untouched;
  }
}

/** Sends the request on and resolves with the head of the answer. Bytes of the body leave once there is a connection. */
export async function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
  agent: Agent,
): Promise<IncomingMessage> {
  const { hostname, port } = new URL(target);
  const outgoing = send({
    hostname,
    port,
    agent,
    method: request.method,
    path: request.url,
    headers: headersFor(request),
  });
  const { promise: answered, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  let connected = false;
  const begin = () => {
    connected = true;
    pipeline(request, outgoing).catch(() => outgoing.destroy());
  };
  outgoing
    .once("socket", (socket: Socket) =>
      socket.connecting ? socket.once("connect", begin) : begin(),
    )
    .once("response", resolve)
    .once("error", (cause) => reject(new TargetError(!connected, { cause })));
  // A visitor who goes takes the request along.
  response.once("close", () => response.writableEnded || outgoing.destroy());
  return answered;
}

function headersFor(request: IncomingMessage) {
  const { connection: _connection, "keep-alive": _keepAlive, ...headers } = request.headers;
  const from = request.socket.remoteAddress?.replace(/^::ffff:/, "") ?? "";
  const before = request.headers["x-forwarded-for"];
  headers["x-forwarded-for"] = before === undefined ? from : `${String(before)}, ${from}`;
  headers["x-forwarded-proto"] = "http";
  return headers;
}
