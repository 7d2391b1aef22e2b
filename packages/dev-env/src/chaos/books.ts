import { checkAttempts } from "./books/attempts.ts";
import { checkMails } from "./books/mails.ts";
import { checkNotifications } from "./books/notifications.ts";
import { checkOrders } from "./books/orders.ts";
import { checkPhotos } from "./books/photos.ts";
import { checkPushes } from "./books/pushes.ts";
import { checkRest } from "./books/rest.ts";
import { checkTicks } from "./books/ticks.ts";
import { checkVisits } from "./books/visits.ts";
import type { Fate } from "../fronts/ses/behaviour.ts";
import type { Person } from "./carry-out.ts";
import type { Device } from "./devices.ts";
import type { Disturbances } from "./disturbances.ts";
import type { Facts } from "./facts.ts";
import type { Order } from "./orders.ts";
import type { Ticking } from "./ticking.ts";
import type { Accepted } from "./visitors.ts";

export type Evidence = Facts & {
  orders: readonly Order[];
  accepted: Accepted;
  /** Keys of everything that lies in the bucket. */
  stored: ReadonlySet<string>;
  /** Messages that are still in a queue, by its name. */
  waiting: ReadonlyMap<string, number>;
  foreign: number;
  people: readonly Person[];
  /** What becomes of mails to an address. */
  fates: ReadonlyMap<string, Fate>;
  devices: readonly Device[];
  ticking: Pick<Ticking, "from" | "to" | "realTimeOf">;
  disturbances: Disturbances;
};

/** One kind of being wrong: in the table they are counted, below it they are listed. */
export type Difference = { kind: "lost" | "doubled" | "stuck" | "other"; what: string };

/** What nobody here can know, and is therefore not repeated. */
export type Unknown = {
  what: string;
  about: string;
  why: string;
  /** What only these books know, as they look at the other side. */
  arrived: boolean;
};

export type Tally = {
  /** Essential mails that SES took in more than once, and how often more than once in all. */
  repeatedMails: number;
  /** Other mails, and pushes. */
  unknown: Unknown[];
  pushesArrived: number;
  ticks: { came: number; missed: number; tries: number };
  crashes: number;
  failures: Record<string, number>;
  handedBack: number;
};

export const newTally = (): Tally => ({
  repeatedMails: 0,
  unknown: [],
  pushesArrived: 0,
  ticks: { came: 0, missed: 0, tries: 0 },
  crashes: 0,
  failures: {},
  handedBack: 0,
});

/** What is written in two places must agree; empty when nothing is lost, doubled or stuck. */
export function checkBooks(evidence: Evidence): { differences: Difference[]; tally: Tally } {
  const tally = newTally();
  const differences = [
    ...checkOrders(evidence),
    ...checkVisits(evidence),
    ...checkMails(evidence, tally),
    ...checkNotifications(evidence),
    ...checkPushes(evidence, tally),
    ...checkTicks(evidence, tally),
    ...checkPhotos(evidence),
    ...checkAttempts(evidence, tally),
    ...checkRest(evidence),
  ];
  return { differences, tally };
}
