import type { IncomingHttpHeaders } from "node:http";

import { type Front, openHttpFront } from "../fronts/front.ts";
import { callBackend, forward, giveBack, readBody } from "../fronts/proxy.ts";
import { seeded } from "./random.ts";

/** Stands before SQS and delivers as badly as SQS may: several times, late, behind what came after. */
export interface Courier extends Front {
  readonly url: string;
  /** Messages that were delivered once more. */
  readonly repeated: number;
  /** From now on every message comes once; what is still to be repeated is repeated now. */
  calm(): Promise<void>;
}

/** How often each of its repetitions happens: jobs come in batches, ticks and events of mails one by one. */
const shares: Partial<Record<string, readonly [atOnce: number, late: number, later: number]>> = {
  "AmazonSQS.SendMessageBatch": [0.3, 0.15, 0.05],
  "AmazonSQS.SendMessage": [0.1, 0.05, 0.02],
};

const maxBody = 1024 * 1024;
const longestDelayMs = 15_000;

export async function openCourier(backend: string, seed: number): Promise<Courier> {
  const random = seeded(seed, "courier");
  const pending = new Map<NodeJS.Timeout, () => Promise<unknown>>();
  const underWay = new Set<Promise<unknown>>();
  let unruly = true;
  let repeated = 0;

  const repeat = (headers: IncomingHttpHeaders, body: Buffer, afterMs: number) => {
    const again = () => {
      pending.delete(timer);
      const sent = post(backend, headers, body)
        .then((answer) => readBody(answer, maxBody))
        .then((answer) => (repeated += countSent(JSON.parse(answer.toString()))))
        .catch(() => {})
        .finally(() => underWay.delete(sent));
      underWay.add(sent);
      return sent;
    };
    const timer = setTimeout(() => void again(), afterMs);
    pending.set(timer, again);
  };

  const front = await openHttpFront(async (request, response) => {
    const share = shares[String(request.headers["x-amz-target"])];
    if (!unruly || !share) return giveBack(await forward(request, backend), response);
    const body = await readBody(request, maxBody);
    const { headers } = request;
    await giveBack(await post(backend, headers, body), response);
    const [atOnce, late, later] = share;
    if (random.next() < atOnce) repeat(headers, body, 0);
    if (random.next() < late) repeat(headers, body, random.between(100, longestDelayMs));
    if (random.next() < later) repeat(headers, body, random.between(100, longestDelayMs));
  });
  return {
    ...front,
    url: `http://127.0.0.1:${front.port}`,
    get repeated() {
      return repeated;
    },
    async calm() {
      unruly = false;
      for (const [timer, again] of pending) {
        clearTimeout(timer);
        void again();
      }
      await Promise.all(underWay);
    },
    async [Symbol.asyncDispose]() {
      for (const timer of pending.keys()) clearTimeout(timer);
      await front[Symbol.asyncDispose]();
    },
  };
}

function countSent(answer: { Successful?: unknown[]; MessageId?: string }): number {
  return answer.Successful?.length ?? (answer.MessageId === undefined ? 0 : 1);
}

function post(backend: string, headers: IncomingHttpHeaders, body: Buffer) {
  const { outgoing, answered } = callBackend(backend, { method: "POST", path: "/", headers });
  outgoing.end(body);
  return answered;
}
