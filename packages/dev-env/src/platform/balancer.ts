import { randomInt } from "node:crypto";
import {
  Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { setTimeout as delay } from "node:timers/promises";

import { repeat } from "@tendril/runtime";

import { openHttpFront } from "../fronts/front.ts";
import { giveBack } from "../fronts/proxy.ts";
import { answers } from "../process/ready.ts";
import { until } from "../wait.ts";
import { passOn, TargetError } from "./pass.ts";

/** One request, as the access log of a load balancer has it. */
export type Answered = {
  /** Null when there was none that could take it. */
  target: string | null;
  request: IncomingMessage;
  status: number;
  headers: IncomingHttpHeaders;
  /** From the choice of a target to the head of its answer. */
  ms: number;
};

export type BalancerOptions = {
  port: number;
  /** Where targets are asked whether they are well. */
  healthPath?: string;
  /** The platform's are seconds, ten of them: here nobody has to wait that long. */
  healthPauseMs?: number | undefined;
  /** How many times in a row a target does not answer until it gets no requests any more. */
  unhealthyAfter?: number;
  /** How long a target that leaves may finish what it has. */
  drainMs?: number;
  /** What a target is slowed down by. */
  slowMs?: (target: string) => number;
  /**
   * A second try elsewhere, by nginx's rules: for what no target has seen yet, and for GET. An application load
   * balancer answers 502 instead until its health check has noticed.
   */
  passesOver?: boolean;
  onAnswer?: (answered: Answered) => void;
  onHealth?: (target: string, healthy: boolean) => void;
};

/** An application load balancer with one listener: round robin over the healthy, no stickiness. */
export interface Balancer extends AsyncDisposable {
  readonly url: string;
  /** The targets that requests go to now. */
  readonly serving: readonly string[];
  /** Resolves when it is healthy and gets requests. */
  add(target: string): Promise<void>;
  /** No new requests from now on; resolves when those in progress have ended, or the time for it is over. */
  drain(target: string): Promise<void>;
  /** Forgets it as it is. */
  remove(target: string): void;
}

/** One in each of two zones. */
type Node = { turn: number };

type Target = {
  url: string;
  /** Its connections, which end with it: whoever comes back has restarted its nginx meanwhile. */
  agent: Agent;
  healthy: boolean;
  leaving: boolean;
  failures: number;
  busy: number;
  /** Passed over until then, having failed a request. */
  avoidUntil: number;
};

const avoidMs = 10_000;

const reasons = { 502: "502 Bad Gateway", 503: "503 Service Temporarily Unavailable" };

/** What people see when no target answers. */
function refuse(response: ServerResponse, status: keyof typeof reasons): void {
  const title = reasons[status];
  response.writeHead(status, { "content-type": "text/html" });
  response.end(`<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`);
}

export async function openBalancer(options: BalancerOptions): Promise<Balancer> {
  const {
    healthPath = "/health",
    healthPauseMs = 500,
    unhealthyAfter = 5,
    drainMs = 30_000,
  } = options;
  const { slowMs = () => 0, passesOver = false, onAnswer, onHealth } = options;
  const targets = new Map<string, Target>();
  const forget = (url: string) => {
    targets.get(url)?.agent.destroy();
    targets.delete(url);
  };
  const nodes: readonly Node[] = [{ turn: 0 }, { turn: 0 }];
  /** Each takes turns of its own: the number of files on a page does not decide who serves the next page. */
  const anyNode = (): Node => nodes[randomInt(nodes.length)] ?? { turn: 0 };
  const serving = () => [...targets.values()].filter(({ healthy, leaving }) => healthy && !leaving);
  const next = (node: Node, tried: ReadonlySet<Target>): Target | undefined => {
    const untried = serving().filter((target) => !tried.has(target));
    const good = untried.filter(({ avoidUntil }) => avoidUntil < performance.now());
    const choice = good.length > 0 ? good : untried;
    node.turn += 1;
    return choice[node.turn % choice.length];
  };
  const turnTo = (target: Target, healthy: boolean) => {
    if (target.healthy !== healthy) onHealth?.(target.url, healthy);
    target.healthy = healthy;
  };
  const look = async (target: Target) => {
    if (await answers(`${target.url}${healthPath}`)) {
      target.failures = 0;
      turnTo(target, true);
    } else if (++target.failures >= unhealthyAfter) turnTo(target, false);
  };

  const mayTryElsewhere = (error: unknown, { method }: IncomingMessage) =>
    passesOver && error instanceof TargetError && (error.untouched || method === "GET");

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const began = performance.now();
    const tell = (target: string | null, status: number, headers: IncomingHttpHeaders = {}) =>
      onAnswer?.({ target, request, status, headers, ms: performance.now() - began });
    const node = anyNode();
    const tried = new Set<Target>();
    for (;;) {
      const target = next(node, tried);
      if (!target) {
        tell(null, 503);
        return refuse(response, 503);
      }
      target.busy += 1;
      try {
        const slow = slowMs(target.url);
        if (slow > 0) await delay(slow);
        const answer = await passOn(request, response, target.url, target.agent);
        tell(target.url, answer.statusCode ?? 502, answer.headers);
        return await giveBack(answer, response);
      } catch (error) {
        if (response.destroyed || response.headersSent) throw error;
        tried.add(target);
        if (mayTryElsewhere(error, request)) {
          target.avoidUntil = performance.now() + avoidMs;
          continue;
        }
        tell(target.url, 502);
        return refuse(response, 502);
      } finally {
        target.busy -= 1;
      }
    }
  };

  await using stack = new AsyncDisposableStack();
  stack.defer(() => [...targets.keys()].forEach(forget));
  const front = stack.use(await openHttpFront(serve, options.port));
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
      const target: Target = {
        url,
        agent: new Agent({ keepAlive: true, timeout: 60_000 }),
        healthy: false,
        leaving: false,
        failures: 0,
        busy: 0,
        avoidUntil: 0,
      };
      targets.set(url, target);
      // The first check is not waited for: one success is enough in the beginning.
      const healthy = async () => {
        if (!target.healthy) await look(target);
        return target.healthy || undefined;
      };
      await until(healthy, {
        timeout: 60_000,
        every: 100,
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
      forget(url);
    },
    remove: forget,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
