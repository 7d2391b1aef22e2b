import { setTimeout as delay } from "node:timers/promises";

import { type Asked, type Kind, kinds } from "../load/asked.ts";
import type { Load } from "../load/load.ts";
import type { Member } from "../load/requests.ts";
import { sawOf } from "../load/saw.ts";
import { until } from "../wait.ts";
import type { Course, Fault } from "./faults.ts";
import { watchFleet } from "./fleet-watch.ts";
import type { Ground } from "./ground.ts";
import { countWork, type Work } from "./work.ts";

export type Observed = {
  course: Course;
  asked: readonly Asked[];
  health: { checks: number; failed: readonly string[] };
  sessions: { held: number; lost: readonly string[] };
  /** What waited when the outage ended. */
  waited: Work;
  /** Milliseconds after all was mended: until people were answered as ever, until no work from before was left. */
  back: { people: number; jobs: number };
};

export type ObserveOptions = { seconds: number; signal: AbortSignal };

const patienceMs = 180_000;
/** So long nobody may see anything but answers until all is called normal. */
const quietMs = 3_000;

/** One fault, while the load flows. */
export async function observe(
  ground: Ground,
  load: Load,
  fault: Fault,
  { seconds, signal }: ObserveOptions,
): Promise<Observed> {
  const { db } = ground;
  const missing = (since: number, hasAnswer: boolean): Kind[] =>
    kinds.filter(
      (kind) =>
        !load.asked.some(
          (each) => each.kind === kind && each.at >= since && (!hasAnswer || each.saw === "answer"),
        ),
    );
  const everythingAsked = (since: number, hasAnswer: boolean) =>
    until(() => missing(since, hasAnswer).length === 0 || undefined, {
      timeout: patienceMs,
      signal,
      failure: () =>
        `Nobody ${hasAnswer ? "was answered" : "asked"}: ${missing(since, hasAnswer).join(", ")}`,
    });
  await everythingAsked(performance.now(), true);

  let waited: Work = { jobs: 0, mails: 0 };
  const before = load.asked.length;
  await using health = watchFleet(ground.web);
  const course = await fault.strike(ground, async (began) => {
    await delay(seconds * 1_000, undefined, { signal });
    // What nobody asked for while it was away would be proven by nothing.
    await everythingAsked(began, false);
    waited = await countWork(db);
  });
  const mendedAt = new Date();
  const troubles = () => load.asked.slice(before).filter(({ saw }) => saw !== "answer");
  const lastTrouble = () =>
    troubles().reduce(
      (last, { at, milliseconds }) => Math.max(last, at + milliseconds),
      course.mended,
    );
  const jobsBack = until(async () => (await countWork(db, mendedAt)).jobs === 0 || undefined, {
    timeout: patienceMs,
    every: 100,
    signal,
    failure: () => "The work from before is not done",
  }).then(() => performance.now() - course.mended);
  const quiet = until(() => performance.now() - lastTrouble() > quietMs || undefined, {
    timeout: patienceMs,
    signal,
    failure: () => {
      const latest = troubles()
        .slice(-10)
        .map(({ kind, saw }) => `${kind}: ${saw}`);
      return `People are still not answered as ever: ${latest.join(", ")}`;
    },
  }).then(() => everythingAsked(course.mended, true));
  const [jobs] = await Promise.all([jobsBack, quiet]);
  return {
    course,
    asked: load.asked.slice(before),
    health: { checks: health.checks, failed: [...health.failed] },
    sessions: await lookAtSessions([...ground.members, ...load.signedIn]),
    waited,
    back: { people: lastTrouble() - course.mended, jobs },
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
