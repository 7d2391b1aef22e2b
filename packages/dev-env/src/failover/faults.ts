import type { Dependency } from "../space/space.ts";
import { busyWorker, killProcess, loseInstance, replaceAll } from "./deaths.ts";
import type { Ground } from "./ground.ts";

/** When things happened, by `performance.now()`. */
export type Course = {
  began: number;
  /** From then on nobody is sent to whoever died. */
  noticed: number;
  /** All that was taken is back. */
  mended: number;
};

export type Fault = {
  name: string;
  title: string;
  /** The dependency that is away meanwhile. */
  away?: Dependency;
  /** Whether requests that were on their way to whom it hits may fail. */
  costsRequests?: boolean;
  /** `hold` resolves when an outage has lasted long enough. */
  strike(ground: Ground, hold: (began: number) => Promise<void>): Promise<Course>;
};

const first = <T>([one]: readonly T[]): T => {
  if (one === undefined) throw new Error("There is no instance");
  return one;
};

function outage(away: Dependency, title: string): Fault {
  return {
    name: away,
    title,
    away,
    async strike({ space }, hold) {
      const began = performance.now();
      await space.fronts[away].stop();
      try {
        await hold(began);
      } finally {
        await space.fronts[away].resume();
      }
      const mended = performance.now();
      return { began, noticed: mended, mended };
    },
  };
}

const deaths: readonly Fault[] = [
  {
    name: "web-process",
    title: "kill -9 a web process",
    costsRequests: true,
    strike: ({ web }) => killProcess(first(web.instances)),
  },
  {
    name: "web-instance",
    title: "a web instance is gone, and replaced",
    costsRequests: true,
    strike: ({ web }) => loseInstance(web, first(web.instances)),
  },
  {
    name: "web-replace",
    title: "drain and replace the web instances",
    strike: ({ web }) => replaceAll(web),
  },
  {
    name: "worker-process",
    title: "kill -9 a worker process",
    strike: async (ground) => killProcess(await busyWorker(ground)),
  },
  {
    name: "worker-instance",
    title: "a worker instance is gone, and replaced",
    strike: async (ground) => loseInstance(ground.worker, await busyWorker(ground)),
  },
];

export const faults: readonly Fault[] = [
  ...deaths,
  outage("redis", "Redis away"),
  outage("sqs", "SQS away"),
  outage("s3", "S3 away"),
  outage("ses", "SES away"),
  outage("database", "MariaDB away"),
];
