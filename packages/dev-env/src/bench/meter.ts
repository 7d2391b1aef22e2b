import { type Front, openHttpFront } from "../fronts/front.ts";
import { forward, giveBack } from "../fronts/proxy.ts";

export type Requests = Record<string, number>;

/** Stands before SQS and counts: each of these is billed. */
export interface Meter extends Front {
  readonly url: string;
  /** Since the last time somebody asked. */
  take(): Requests;
}

export async function openMeter(backend: string): Promise<Meter> {
  let counts: Requests = {};
  const front = await openHttpFront(async (request, response) => {
    const target = request.headers["x-amz-target"];
    if (typeof target === "string") {
      const name = target.replace("AmazonSQS.", "");
      counts[name] = (counts[name] ?? 0) + 1;
    }
    await giveBack(await forward(request, backend), response);
  });
  return {
    ...front,
    url: `http://127.0.0.1:${front.port}`,
    take() {
      const taken = counts;
      counts = {};
      return taken;
    },
  };
}

const kinds = { sends: /^SendMessage/, receives: /^Receive/, deletes: /^Delete/ };

/** Requests per job, by kind; `others` are changes of visibility, questions for attributes and names. */
export function perJob(requests: Requests, jobs: number) {
  const sum = (fits: (name: string) => boolean) =>
    Object.entries(requests).reduce((total, [name, count]) => total + (fits(name) ? count : 0), 0) /
    jobs;
  const others = (name: string) => !Object.values(kinds).some((kind) => kind.test(name));
  return {
    sends: sum((name) => kinds.sends.test(name)),
    receives: sum((name) => kinds.receives.test(name)),
    deletes: sum((name) => kinds.deletes.test(name)),
    others: sum(others),
    all: sum(() => true),
  };
}
