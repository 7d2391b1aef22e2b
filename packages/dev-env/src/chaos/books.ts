import { checkAttempts } from "./books/attempts.ts";
import { checkMails } from "./books/mails.ts";
import { checkOrders } from "./books/orders.ts";
import { checkPhotos } from "./books/photos.ts";
import { checkRest } from "./books/rest.ts";
import { checkVisits } from "./books/visits.ts";
import type { Disturbances } from "./disturbances.ts";
import type { Facts } from "./facts.ts";
import type { Order } from "./orders.ts";
import type { Accepted } from "./visitors.ts";

export type Evidence = Facts & {
  orders: readonly Order[];
  accepted: Accepted;
  /** Keys of everything that lies in the bucket. */
  stored: ReadonlySet<string>;
  /** Messages that are still in a queue, by its name. */
  waiting: ReadonlyMap<string, number>;
  foreign: number;
  disturbances: Disturbances;
};

/** One kind of being wrong: in the table they are counted, below it they are listed. */
export type Difference = { kind: "lost" | "doubled" | "stuck" | "other"; what: string };

export type Tally = {
  /** Essential mails that SES took in more than once, and how often more than once in all. */
  repeatedMails: number;
  /** Other mails of which nobody knows whether they went out: never repeated. */
  unknownMails: number;
  /** Of these, the ones that did not. */
  unknownUnsent: number;
  crashes: number;
  failures: Record<string, number>;
  handedBack: number;
};

/** What is written in two places must agree; empty when nothing is lost, doubled or stuck. */
export function checkBooks(evidence: Evidence): { differences: Difference[]; tally: Tally } {
  const tally: Tally = {
    repeatedMails: 0,
    unknownMails: 0,
    unknownUnsent: 0,
    crashes: 0,
    failures: {},
    handedBack: 0,
  };
  const differences = [
    ...checkOrders(evidence),
    ...checkVisits(evidence),
    ...checkMails(evidence, tally),
    ...checkPhotos(evidence),
    ...checkAttempts(evidence, tally),
    ...checkRest(evidence),
  ];
  return { differences, tally };
}
