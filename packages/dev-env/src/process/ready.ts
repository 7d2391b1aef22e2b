import { connect } from "node:net";

import { UserError } from "../user-error.ts";
import { until } from "../wait.ts";
import type { Child } from "./child.ts";

/** Resolves when the probe says yes; complains in one line when the program ends before, or never answers. */
export async function whenReady(
  child: Child,
  log: string,
  probe: () => Promise<boolean>,
  timeout = 30_000,
): Promise<void> {
  await until(
    async () => {
      if (!child.running)
        throw new UserError(
          `${child.name} ended while it was starting: ${child.lastWords() || "it gave no reason"} (log: ${log})`,
        );
      return (await probe()) || undefined;
    },
    {
      timeout,
      failure: () => `${child.name} does not answer after ${timeout / 1_000} s (log: ${log})`,
    },
  );
}

/** Whether somebody accepts connections there. */
export function accepts(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ port, host: "127.0.0.1", timeout: 1_000 });
  socket.once("connect", () => resolve(true));
  socket.once("error", () => resolve(false));
  socket.once("timeout", () => resolve(false));
  return promise.finally(() => socket.destroy());
}

/** Whether the address answers with a success. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
