import { repeat } from "@tendril/runtime";

import type { PlayedEnvironment } from "../platform/index.ts";

/** What a load balancer's health checks see. */
export interface FleetWatch extends AsyncDisposable {
  readonly checks: number;
  /** Answers other than 200, with the instance that gave them. */
  readonly failed: readonly string[];
}

const everyMs = 250;
/** As `.ebextensions` says. */
const timeoutMs = 5_000;

/** Asks every instance far more often than a balancer does: it has not the time of five checks to be wrong in. */
export function watchFleet(web: PlayedEnvironment): FleetWatch {
  const failed: string[] = [];
  let checks = 0;
  const watching = repeat(
    async () => {
      await Promise.all(
        web.instances.map(async ({ name, url }) => {
          checks += 1;
          const status = await healthOf(url);
          if (status !== "200") failed.push(`${name}: ${status}`);
        }),
      );
    },
    { pauseMs: everyMs, onError: () => {} },
  );
  return {
    get checks() {
      return checks;
    },
    failed,
    [Symbol.asyncDispose]: () => watching[Symbol.asyncDispose](),
  };
}

async function healthOf(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    return String(response.status);
  } catch {
    return "no answer";
  }
}
