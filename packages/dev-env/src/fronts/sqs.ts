import { z } from "zod";

import { type Front, openHttpFront } from "./front.ts";
import { forward, giveBack, readBody } from "./proxy.ts";
import { receive } from "./sqs-abandoned.ts";
import { playMoves } from "./sqs-moves.ts";

export interface SqsFront extends Front {
  readonly url: string;
}

const NAMING = /^AmazonSQS\.(GetQueueUrl|CreateQueue|ListQueues|ListDeadLetterSourceQueues)$/;
const queueUrls = z.looseObject({
  QueueUrl: z.string().optional(),
  QueueUrls: z.array(z.string()).optional(),
  queueUrls: z.array(z.string()).optional(),
});

/**
 * SQS as one space reaches it. The server behind remembers the address under which a queue was
 * made; the SDK sends to the address that a queue URL names, so it must be this one's.
 */
export async function openSqsFront(backend: string): Promise<SqsFront> {
  const here = (url: string, host: string) => url.replace(/^https?:\/\/[^/]+/, `http://${host}`);
  const moves = playMoves(backend);
  const front = await openHttpFront(async (request, response) => {
    const target = request.headers["x-amz-target"];
    if (target === "AmazonSQS.ReceiveMessage") {
      const received = await receive(request, backend, () => response.destroyed);
      return received && giveBack(received, response);
    }
    if (moves.isMove(String(target))) return moves.answer(request, response);
    const answer = await forward(request, backend);
    if (typeof target !== "string" || !NAMING.test(target) || answer.statusCode !== 200)
      return giveBack(answer, response);

    const host = request.headers.host ?? `127.0.0.1:${front.port}`;
    const body = queueUrls.parse(JSON.parse((await readBody(answer, 1024 * 1024)).toString()));
    if (body.QueueUrl !== undefined) body.QueueUrl = here(body.QueueUrl, host);
    if (body.QueueUrls !== undefined) body.QueueUrls = body.QueueUrls.map((url) => here(url, host));
    if (body.queueUrls !== undefined) body.queueUrls = body.queueUrls.map((url) => here(url, host));
    const text = JSON.stringify(body);
    response.writeHead(200, {
      "content-type": "application/x-amz-json-1.0",
      "content-length": Buffer.byteLength(text),
    });
    response.end(text);
  });
  return {
    ...front,
    url: `http://127.0.0.1:${front.port}`,
    async [Symbol.asyncDispose]() {
      await moves[Symbol.asyncDispose]();
      await front[Symbol.asyncDispose]();
    },
  };
}
