import { listDisturbances } from "../chaos/disturbances.ts";
import type { Accepted } from "../chaos/visitors.ts";
import { type Load, startLoad } from "../load/load.ts";
import type { Fault } from "./faults.ts";
import type { Ground } from "./ground.ts";
import { forgetLimits } from "./limits.ts";
import { observe, type ObserveOptions, type Observing } from "./observe.ts";
import type { Row } from "./report.ts";
import { createSettling } from "./settle.ts";

/** Often enough that each outage sees some; the limit for one address is taken away before. */
const newcomerEveryMs = 3_000;

export type StrikeOptions = ObserveOptions & { say: (line: string) => void };

/** Strikes as often as it is told; what the books say is said of the faults since they were read last. */
export function createStrikes(ground: Ground, { say, ...options }: StrikeOptions) {
  const accepted: Accepted = { signUps: [], resets: [], photos: [], follows: [], words: [] };
  const disturbances = listDisturbances();
  const settle = createSettling(ground, disturbances, options.signal);

  const strikeUnder = async (load: Load, faults: readonly Fault[]) => {
    const seen: { fault: Fault; observing: Observing }[] = [];
    for (const fault of faults) {
      say(`${fault.title} …`);
      const disturbance = disturbances.add(fault.title);
      seen.push({ fault, observing: await observe(ground, load, fault.strike, options) });
      disturbance.end();
    }
    return seen;
  };

  /** One after the other under one load; then all comes to rest, and the books are read. */
  return async (faults: readonly Fault[]): Promise<Row[]> => {
    await forgetLimits(ground);
    const load = await startLoad({ ...ground, newcomerEveryMs });
    const seen = await strikeUnder(load, faults).finally(() => load.stop());
    const { signUps, photos, words } = load.promised;
    accepted.signUps.push(...signUps);
    accepted.photos.push(...photos);
    accepted.words.push(...words);
    say("coming to rest …");
    const books = await settle(accepted);
    return Promise.all(
      seen.map(async ({ fault, observing }) => ({
        fault,
        observed: { ...observing, jobs: await observing.jobs },
        books,
        unanswered: load.unanswered,
      })),
    );
  };
}
