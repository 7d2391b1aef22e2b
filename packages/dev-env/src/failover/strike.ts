import { rest } from "../chaos/calm.ts";
import { listDisturbances } from "../chaos/disturbances.ts";
import type { Accepted } from "../chaos/visitors.ts";
import { startLoad } from "../load/load.ts";
import { readBooks } from "./books.ts";
import type { Fault } from "./faults.ts";
import type { Ground } from "./ground.ts";
import { forgetLimits } from "./limits.ts";
import { observe, type ObserveOptions, type Observing } from "./observe.ts";
import type { Row } from "./report.ts";

/** Often enough that each outage sees some; the limit for one address is taken away before. */
const newcomerEveryMs = 3_000;

export type StrikeOptions = ObserveOptions & { say: (line: string) => void };

/** Strikes as often as it is told; what the books say is said of the faults since they were read last. */
export function createStrikes(ground: Ground, { say, ...options }: StrikeOptions) {
  const accepted: Accepted = { signUps: [], resets: [], photos: [], follows: [], words: [] };
  const disturbances = listDisturbances();
  const known = new Set<string>();
  let handedBackBefore = 0;

  const settle = async (): Promise<Row["books"]> => {
    const { signal } = options;
    await rest({ ...ground, servers: { addresses: ground.servers } }, signal);
    const { differences, tally } = await readBooks(ground, accepted, disturbances);
    const isNew = (what: string) => !known.has(what) && known.add(what);
    const charged = Object.entries(tally.failures).map(([why, count]) => `${count} × ${why}`);
    const handedBack = tally.handedBack - handedBackBefore;
    handedBackBefore = tally.handedBack;
    return {
      differences: differences.filter(({ kind, what }) => isNew(`${kind} ${what}`)),
      charged: charged.filter(isNew),
      handedBack,
    };
  };

  /** One after the other under one load; then all comes to rest, and the books are read. */
  return async (faults: readonly Fault[]): Promise<Row[]> => {
    await forgetLimits(ground);
    const load = await startLoad({ ...ground, newcomerEveryMs });
    const seen: { fault: Fault; observing: Observing }[] = [];
    try {
      for (const fault of faults) {
        say(`${fault.title} …`);
        const disturbance = disturbances.add(fault.title);
        seen.push({ fault, observing: await observe(ground, load, fault.strike, options) });
        disturbance.end();
      }
    } finally {
      await load.stop();
    }
    const { signUps, photos, words } = load.promised;
    accepted.signUps.push(...signUps);
    accepted.photos.push(...photos);
    accepted.words.push(...words);
    say("coming to rest …");
    const books = await settle();
    return Promise.all(
      seen.map(async ({ fault, observing }) => ({
        fault,
        observed: { ...observing, jobs: await observing.jobs },
        books,
      })),
    );
  };
}
