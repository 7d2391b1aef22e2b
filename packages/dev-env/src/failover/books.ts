import { checkAttempts } from "../chaos/books/attempts.ts";
import { checkMails } from "../chaos/books/mails.ts";
import { checkNotifications } from "../chaos/books/notifications.ts";
import { checkPhotos } from "../chaos/books/photos.ts";
import { checkRest } from "../chaos/books/rest.ts";
import { checkVisits } from "../chaos/books/visits.ts";
import { type Difference, type Evidence, newTally, type Tally } from "../chaos/books.ts";
import { countWaiting } from "../chaos/calm.ts";
import type { Disturbances } from "../chaos/disturbances.ts";
import { listStored } from "../chaos/evidence.ts";
import { gatherFacts } from "../chaos/facts.ts";
import type { Accepted } from "../chaos/visitors.ts";
import type { Ground } from "./ground.ts";

export type Books = { differences: Difference[]; tally: Tally; jobs: number; mails: number };

/** The books that chaos keeps, without what it alone does: orders, bounces, pushes, a clock that hurries. */
export async function readBooks(
  { db, space, servers }: Ground,
  accepted: Accepted,
  disturbances: Disturbances,
): Promise<Books> {
  const tally = newTally();
  const evidence: Evidence = {
    ...(await gatherFacts(db, space)),
    orders: [],
    accepted,
    stored: await listStored(servers.fauxqs, space.environment["PHOTO_BUCKET"] ?? ""),
    waiting: await countWaiting(servers.fauxqs, space.name),
    foreign: 0,
    people: [],
    fates: new Map(),
    devices: [],
    ticking: { from: new Date(), to: new Date(), realTimeOf: Number },
    disturbances,
  };
  const differences = [
    ...checkVisits(evidence),
    ...checkMails(evidence, tally),
    ...checkNotifications(evidence),
    ...checkPhotos(evidence),
    ...checkAttempts(evidence, tally),
    ...checkRest(evidence),
  ];
  return { differences, tally, jobs: evidence.jobs.length, mails: evidence.mails.length };
}
