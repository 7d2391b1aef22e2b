import { Agent, type IncomingMessage, request as send, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";

import { repeat } from "@tendril/runtime";

import { openHttpFront } from "../fronts/front.ts";
import { answers } from "../process/ready.ts";
import { until } from "../wait.ts";

export type BalancerOptions = {
  port: number;
  /** Where targets are asked whether they are well. */
  healthPath?: string;
  /** The platform's are seconds, ten of them: here nobody has to wait that long. */
  healthPauseMs?: number | undefined;
  /** How long a target that leaves may finish what it has. */
  drainMs?: number;
};

/** An application load balancer with one listener: round robin over the healthy, no stickiness, no second try. */
export interface Balancer extends AsyncDisposable {
  readonly url: string;
  /** The targets that requests go to now. */
  readonly serving: readonly string[];
  /** Resolves when it is healthy and gets requests. */
  add(target: string): Promise<void>;
  /** No new requests from now on; resolves when those in progress have ended, or the time for it is over. */
  drain(target: string): Promise<void>;
}

type Target = { url: string; healthy: boolean; leaving: boolean; failures: number; busy: number };

const failuresUntilUnhealthy = 5;

export async function openBalancer(options: BalancerOptions): Promise<Balancer> {
  const { port, healthPath = "/health", healthPauseMs = 500, drainMs = 30_000 } = options;
  const targets = new Map<string, Target>();
  const agent = new Agent({ keepAlive: true, timeout: 60_000 });
  let turn = 0;
  const serving = () => [...targets.values()].filter(({ healthy, leaving }) => healthy && !leaving);
  const next = (): Target | undefined => {
    const some = serving();
    turn += 1;
    return some[turn % some.length];
  };
  const look = async (target: Target) => {
    if (await answers(`${target.url}${healthPath}`))
      Object.assign(target, { healthy: true, failures: 0 });
    else if (++target.failures >= failuresUntilUnhealthy) target.healthy = false;
  };

  await using stack = new AsyncDisposableStack();
  stack.defer(() => agent.destroy());
  const front = stack.use(
    await openHttpFront(async (request, response) => {
      const target = next();
      if (!target) return void response.writeHead(503).end();
      target.busy += 1;
      try {
        await pass(request, response, target.url, agent);
      } finally {
        target.busy -= 1;
      }
    }, port),
  );
  stack.use(
    repeat(async () => void (await Promise.all([...targets.values()].map(look))), {
      pauseMs: healthPauseMs,
      onError: () => {},
    }),
  );
  const owned = stack.move();
  return {
    url: `http://localhost:${front.port}`,
    get serving() {
      return serving().map(({ url }) => url);
    },
    async add(url) {
      const target = { url, healthy: false, leaving: false, failures: 0, busy: 0 };
      targets.set(url, target);
      await until(() => target.healthy || undefined, {
        timeout: 60_000,
        failure: () => `${url} did not become healthy`,
      });
    },
    async drain(url) {
      const target = targets.get(url);
      if (!target) return;
      target.leaving = true;
      const deadline = performance.now() + drainMs;
      await until(() => target.busy === 0 || performance.now() > deadline || undefined, {
        timeout: drainMs + 1_000,
        failure: () => `${url} is still busy`,
      });
      targets.delete(url);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
  agent: Agent,
): Promise<void> {
  const { hostname, port } = new URL(target);
  const { connection: _connection, "keep-alive": _keepAlive, ...headers } = request.headers;
  const from = request.socket.remoteAddress?.replace(/^::ffff:/, "") ?? "";
  const before = request.headers["x-forwarded-for"];
  headers["x-forwarded-for"] = before === undefined ? from : `${String(before)}, ${from}`;
  headers["x-forwarded-proto"] = "http";
  const outgoing = send({
    hostname,
    port,
    agent,
    method: request.method,
    path: request.url,
    headers,
  });
  const { promise: answered, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  outgoing.once("response", resolve).once("error", reject);
  // A visitor who goes takes the request along.
  response.once("close", () => response.writableEnded || outgoing.destroy());
  pipeline(request, outgoing).catch(() => outgoing.destroy());
  const answer = await answered;
  const { connection: _close, "keep-alive": _alive, ...given } = answer.headers;
  response.writeHead(answer.statusCode ?? 502, given);
  await pipeline(answer, response);
}
