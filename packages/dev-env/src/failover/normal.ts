import type { Database } from "@tendril/database";
import { messageOf } from "@tendril/runtime";

import type { Asked } from "../load/asked.ts";
import { everything } from "../load/heard.ts";
import { until } from "../wait.ts";
import type { Course } from "./faults.ts";
import { countWork } from "./work.ts";

/** How long after all was mended it was as before; or why it was not within the time that it was given. */
export type Back = { afterMs: number } | { never: string };

type Patience = { timeout: number; signal: AbortSignal };

/** So long nobody may see anything but answers until all is called normal. */
const quietMs = 2_000;

/** People: the last who saw something else than an answer. `asked` grows meanwhile; those before `from` count no more. */
export async function peopleBack(
  asked: readonly Asked[],
  from: number,
  { mended }: Course,
  patience: Patience,
): Promise<Back> {
  const troubles = () => asked.slice(from).filter(({ saw }) => saw !== "answer");
  const last = () =>
    Math.max(mended, ...troubles().map(({ at, milliseconds }) => at + milliseconds));
  return attempt(patience.signal, async () => {
    await until(() => performance.now() - last() > quietMs || undefined, {
      ...patience,
      failure: () => {
        const latest = troubles().slice(-5);
        return `still seen: ${latest.map(({ kind, saw }) => `${kind}: ${saw}`).join(", ")}`;
      },
    });
    await everything("answered", asked, mended, patience);
    return last() - mended;
  });
}

/** Jobs: the last of those that were there at the mending, which had its wall clock then. */
export function workBack(
  db: Database,
  { mended }: Course,
  mendedAt: Date,
  patience: Patience,
): Promise<Back> {
  return attempt(patience.signal, async () => {
    await until(async () => (await countWork(db, mendedAt)).jobs === 0 || undefined, {
      ...patience,
      every: 200,
      failure: async () => `${(await countWork(db, mendedAt)).jobs} jobs from before have no end`,
    });
    return performance.now() - mended;
  });
}

async function attempt(signal: AbortSignal, wait: () => Promise<number>): Promise<Back> {
  try {
    return { afterMs: await wait() };
  } catch (error) {
    signal.throwIfAborted();
    return { never: messageOf(error) };
  }
}
