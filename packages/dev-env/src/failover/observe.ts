import { setTimeout as delay } from "node:timers/promises";

import type { Asked } from "../load/asked.ts";
import { everything } from "../load/heard.ts";
import type { Load } from "../load/load.ts";
import type { Member } from "../load/requests.ts";
import { sawOf } from "../load/saw.ts";
import type { Course, Fault } from "./faults.ts";
import { watchFleet } from "./fleet-watch.ts";
import type { Ground } from "./ground.ts";
import { type Back, peopleBack, workBack } from "./normal.ts";
import { countWork, type Work } from "./work.ts";

export type Observed = {
  course: Course;
  asked: readonly Asked[];
  health: { checks: number; failed: readonly string[] };
  sessions: { held: number; lost: readonly string[] };
  /** What waited when the outage ended. */
  waited: Work;
  people: Back;
  jobs: Back;
};

/** The work that was left may take longer than the next fault has time to wait. */
export type Observing = Omit<Observed, "jobs"> & { jobs: Promise<Back> };

export type ObserveOptions = { seconds: number; signal: AbortSignal };

/** On a machine with much else to do. */
const patienceMs = 180_000;

/** One fault, while the load flows; resolves when people are answered as ever. */
export async function observe(
  ground: Ground,
  load: Load,
  strike: Fault["strike"],
  { seconds, signal }: ObserveOptions,
): Promise<Observing> {
  const { db, web } = ground;
  const patience = { timeout: patienceMs, signal };
  await everything("answered", load.asked, 0, patience);
  const before = load.asked.length;
  let waited: Work = { jobs: 0, mails: 0 };
  const hold = async (began: number) => {
    await delay(seconds * 1_000, undefined, { signal });
    // What nobody asked for while it was away would be proven by nothing.
    await everything("asked", load.asked, began, patience);
    waited = await countWork(db);
  };
  await using health = watchFleet(web);
  const course = await strike(ground, hold);
  const jobs = workBack(db, course, new Date(), patience);
  // Whoever stops before it is awaited must not bring the process down.
  jobs.catch(() => {});
  const people = await peopleBack(load.asked, before, course, patience);
  return {
    course,
    asked: load.asked.slice(before),
    health: { checks: health.checks, failed: [...health.failed] },
    sessions: await lookAtSessions([...ground.members, ...load.signedIn]),
    waited,
    people,
    jobs,
  };
}

/** Whether everybody who signed in still is, without having done anything for it. */
async function lookAtSessions(people: readonly Member[]): Promise<Observed["sessions"]> {
  const lost: string[] = [];
  for (const { username, client } of people) {
    const saw = sawOf(await client.get("/"), { status: [200], member: true });
    if (saw !== "answer") lost.push(`${username}: ${saw}`);
  }
  return { held: people.length, lost };
}
