import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";

import { diagnose, type Check, type Result } from "@tendril/doctor";
import type { Environment } from "@tendril/runtime";
import { expect } from "vitest";

export type Question = [
  checks: (environment: Environment) => Check[],
  name: string,
  changed?: Record<string, string>,
];

/** What that tier's doctor finds amiss by that name, with some variables changed. */
export async function examineWith(
  environment: Record<string, string>,
  ...[checks, name, changed = {}]: Question
): Promise<Result[]> {
  const chosen = checks({ ...environment, ...changed }).filter((check) => check.name === name);
  expect(chosen).not.toEqual([]);
  return (await diagnose(chosen)).filter(({ state }) => state !== "fine");
}

/** One finding in words like these. */
export const wrong = (says: RegExp, cure: RegExp) => [
  {
    state: "wrong",
    check: expect.any(String),
    says: expect.stringMatching(says),
    cure: expect.stringMatching(cure),
  },
];

/** A port of this machine, until it is disposed of. */
export async function openPort(server: Server): Promise<{ port: number } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => void sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Takes connections and never says a word. */
export const openSilentPort = () =>
  openPort(createServer((socket) => socket.on("error", () => {})));

/** A port that nobody listens on. */
export async function closedPort(): Promise<number> {
  await using taken = await openSilentPort();
  return taken.port;
}

/** Sets variables of this process, which the AWS SDK reads itself, for a while. */
export function lend(variables: Record<string, string>): Disposable {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return {
    [Symbol.dispose]() {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    },
  };
}
