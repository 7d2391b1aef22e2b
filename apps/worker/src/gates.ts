import { readGalleryVersion } from "@tendril/database";
import type { QueueName } from "@tendril/jobs";
import { seconds, type Dependency, type Logger } from "@tendril/runtime";
import { probeStorage } from "@tendril/storage";
import { setTimeout as delay } from "node:timers/promises";

import type { WorkerContext } from "./context.ts";
import { probeSes } from "./mail/ses.ts";

/** While a dependency is away, what needs it does not begin: its jobs would only come back. */
export type Gates = {
  close(dependency: Dependency): void;
  areOpen(dependencies: readonly Dependency[]): boolean;
  /** Resolves when all of these are there, or the signal is aborted. */
  opened(dependencies: readonly Dependency[], signal: AbortSignal): Promise<void>;
} & AsyncDisposable;

/** What the jobs of a queue cannot do without. */
export const needs: Record<QueueName, readonly Dependency[]> = {
  media: ["database", "s3"],
  mail: ["database", "ses"],
  tasks: ["database"],
  bulk: ["database", "s3"],
};

const firstProbeMs = seconds(0.5);
const slowestProbeMs = seconds(15);

type Probes = Partial<Record<Dependency, () => Promise<unknown>>>;

export function workerProbes({
  db,
  storage,
  ses,
}: Pick<WorkerContext, "db" | "storage" | "ses">): Probes {
  return {
    database: () => readGalleryVersion(db),
    s3: () => probeStorage(storage),
    ses: () => probeSes(ses),
  };
}

/** Closed by whoever finds a dependency away; opened by the first probe that it answers. */
export function createGates(logger: Logger, probes: Probes): Gates {
  const closed = new Map<Dependency, Promise<void>>();
  const stop = new AbortController();

  const probeUntilBack = async (dependency: Dependency) => {
    logger.warn({ dependency }, "away: its queues pause");
    for (
      let pause = firstProbeMs;
      !stop.signal.aborted;
      pause = Math.min(pause * 2, slowestProbeMs)
    ) {
      const jittered = pause * (0.5 + Math.random() / 2);
      await delay(jittered, undefined, { signal: stop.signal }).catch(() => {});
      const answered = await probes[dependency]?.().then(
        () => true,
        () => false,
      );
      if (answered !== false) break;
    }
    closed.delete(dependency);
    logger.info({ dependency }, "back: its queues go on");
  };

  return {
    close(dependency) {
      if (!closed.has(dependency)) closed.set(dependency, probeUntilBack(dependency));
    },
    areOpen: (dependencies) => !dependencies.some((dependency) => closed.has(dependency)),
    async opened(dependencies, signal) {
      const aborted = Promise.withResolvers<void>();
      const abort = () => aborted.resolve();
      signal.addEventListener("abort", abort);
      while (!signal.aborted) {
        const waiting = dependencies.flatMap((dependency) => closed.get(dependency) ?? []);
        if (waiting.length === 0) break;
        await Promise.race([Promise.all(waiting), aborted.promise]);
      }
      // The signal lives as long as the worker, and this is asked before every receive.
      signal.removeEventListener("abort", abort);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.all(closed.values());
    },
  };
}
