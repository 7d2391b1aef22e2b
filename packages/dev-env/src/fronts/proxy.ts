import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as send,
  type ServerResponse,
} from "node:http";
import { pipeline } from "node:stream/promises";

const TIMEOUT = 120_000;

type Call = { method: string; path: string; headers: IncomingHttpHeaders };

/** Opens a request to a server of this machine; the caller writes the body and ends it. */
export function callBackend(backend: string, { method, path, headers }: Call) {
  const { hostname, port } = new URL(backend);
  const { host: _host, connection: _connection, ...rest } = headers;
  // Not through `new URL`: it would tidy up paths that S3 takes literally.
  const outgoing = send({ hostname, port, method, path, headers: rest, timeout: TIMEOUT });
  outgoing.once("timeout", () => outgoing.destroy(new Error("The backend does not answer")));
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once("response", resolve);
    outgoing.once("error", reject);
  });
  // Whoever gives up before awaiting the answer must not bring the process down.
  answered.catch(() => {});
  return { outgoing, answered };
}

/** Passes the request on as it is. */
export async function forward(request: IncomingMessage, backend: string): Promise<IncomingMessage> {
  const { outgoing, answered } = callBackend(backend, {
    method: request.method ?? "GET",
    path: request.url ?? "/",
    headers: request.headers,
  });
  request.once("close", () => {
    if (!request.complete) outgoing.destroy();
  });
  pipeline(request, outgoing).catch(() => outgoing.destroy());
  return answered;
}

/** Passes the answer back as it is. */
export async function giveBack(answer: IncomingMessage, response: ServerResponse): Promise<void> {
  const { connection: _connection, "keep-alive": _keepAlive, ...headers } = answer.headers;
  response.writeHead(answer.statusCode ?? 502, headers);
  await pipeline(answer, response);
}

/** Reads a body to its end; refuses what is longer than that. */
export async function readBody(stream: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += Buffer.byteLength(chunk);
    if (size > limit) throw new Error(`The body is longer than ${limit} bytes`);
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}
