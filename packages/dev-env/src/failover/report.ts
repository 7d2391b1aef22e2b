import type { Difference } from "../chaos/books.ts";
import { countBy } from "../chaos/deaths.ts";
import type { Asked } from "../load/asked.ts";
import type { Fault } from "./faults.ts";
import type { Back } from "./normal.ts";
import type { Observed } from "./observe.ts";
import { brokenPromises } from "./promises.ts";
import type { Settled } from "./settle.ts";

export type Row = {
  fault: Fault;
  observed: Observed;
  books: Settled;
  /** Forms that nobody answered with yes to the end, however often they were sent. */
  unanswered: number;
};

/** One line of the table, and of the JSON. */
export type Line = {
  fault: string;
  title: string;
  asked: number;
  /** What was seen instead of an answer, how often. */
  seen: Record<string, number>;
  inFlight: number;
  untilNoticed: number;
  sessions: { held: number; lost: number };
  uploadsLost: number;
  lost: number;
  doubled: number;
  stuck: number;
  waited: Observed["waited"];
  handedBack: number;
  /** Null where it was not awaited. */
  seconds: { lasted: number; noticed: number; peopleBack: number | null; jobsBack: number | null };
  broken: string[];
};

export function lineOf(row: Row): Line {
  const { fault, observed, books } = row;
  const { course, asked, sessions, people, jobs, waited } = observed;
  const troubled = asked.filter(({ saw }) => saw !== "answer");
  const count = (kind: Difference["kind"]) =>
    books.differences.filter((each) => each.kind === kind).length;
  const isCost = ({ at }: Asked) => fault.costsRequests === true && at < course.noticed;
  const inFlight = troubled.filter((each) => isCost(each) && each.at < course.began).length;
  return {
    fault: fault.name,
    title: fault.title,
    asked: asked.length,
    seen: countBy(troubled.map(({ saw }) => saw)),
    inFlight,
    untilNoticed: troubled.filter(isCost).length - inFlight,
    sessions: { held: sessions.held, lost: sessions.lost.length },
    uploadsLost: books.differences.filter(
      ({ kind, what }) => kind !== "doubled" && /^(photo|form) /.test(what),
    ).length,
    lost: count("lost"),
    doubled: count("doubled"),
    stuck: count("stuck"),
    waited,
    handedBack: books.handedBack,
    seconds: {
      lasted: seconds(course.mended - course.began),
      noticed: seconds(course.noticed - course.began),
      peopleBack: secondsUntil(people),
      jobsBack: secondsUntil(jobs),
    },
    broken: brokenPromises(row),
  };
}

const secondsUntil = (back: Back) => ("never" in back ? null : seconds(back.afterMs));
const seconds = (milliseconds: number) => Math.round(milliseconds / 100) / 10;
