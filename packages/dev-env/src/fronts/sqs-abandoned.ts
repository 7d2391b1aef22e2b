import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

import { z } from "zod";

import { callBackend, readBody } from "./proxy.ts";

const asked = z.looseObject({ QueueUrl: z.string() });
const received = z.looseObject({
  Messages: z.array(z.looseObject({ ReceiptHandle: z.string() })).default([]),
});

const parse = (body: Buffer): unknown => JSON.parse(body.toString() || "{}");

async function call(
  backend: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
): Promise<IncomingMessage> {
  const { outgoing, answered } = callBackend(backend, {
    method: "POST",
    path: "/",
    headers: { ...headers, "content-length": String(body.length) },
  });
  outgoing.end(body);
  return answered;
}

/**
 * Receives for a client that may be gone before a message comes. SQS sees that a connection has
 * closed; the server behind goes on waiting and would hand the next messages to nobody, for a whole
 * visibility timeout each. They are given back at once.
 */
export async function receive(
  request: IncomingMessage,
  backend: string,
  isGone: () => boolean,
): Promise<IncomingMessage | undefined> {
  const body = await readBody(request, 1024 * 1024);
  const answer = await call(backend, request.headers, body);
  if (!isGone()) return answer;

  const { QueueUrl } = asked.parse(parse(body));
  const { Messages } = received.parse(parse(await readBody(answer, 4 * 1024 * 1024)));
  const headers = { ...request.headers, "x-amz-target": "AmazonSQS.ChangeMessageVisibility" };
  for (const { ReceiptHandle } of Messages) {
    const back = Buffer.from(JSON.stringify({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    (await call(backend, headers, back)).resume();
  }
  return undefined;
}
