import type { Asked } from "../load/asked.ts";
import { expected, trustedMs } from "./expected.ts";
import type { Fault } from "./faults.ts";
import type { Row } from "./report.ts";

const endOf = ({ at, milliseconds }: Asked) => at + milliseconds;

/** Every promise that was broken, in a line. */
export function brokenPromises({ fault, observed, books, unanswered }: Row): string[] {
  const { sessions, health, people, jobs } = observed;
  return [
    ...seen(fault, observed),
    ...(fault.costsRequests ? [] : health.failed.map((what) => `health check: ${what}`)),
    ...sessions.lost.map((who) => `signed out: ${who}`),
    ...books.differences.map(({ kind, what }) => `${kind}: ${what}`),
    ...books.charged.map((what) => `charged an attempt: ${what}`),
    ...[people, jobs].flatMap((back) => ("never" in back ? [`not normal: ${back.never}`] : [])),
    ...(unanswered > 0 ? [`${unanswered} forms were never taken`] : []),
    ...waiting(fault, observed),
  ];
}

function seen(fault: Fault, { asked, course }: Row["observed"]): string[] {
  const broken = asked.filter((each) => !mayBe(fault, course, each));
  const counted = Map.groupBy(broken, ({ kind, saw }) => `${kind}: ${saw}`);
  return [...counted].map(([what, all]) => `${all.length} × ${what}`);
}

function mayBe({ away, costsRequests }: Fault, course: Row["observed"]["course"], each: Asked) {
  const isAnswer = each.saw === "answer";
  if (costsRequests) return isAnswer || (isFailure(each) && each.at < course.noticed);
  if (!away) return isAnswer;
  const instead = expected[away][each.kind] ?? "answer";
  const from = course.began + (instead === "marked" ? trustedMs : 0);
  const isWithin = each.at >= from && endOf(each) <= course.mended;
  // At both ends, and until connections are back, it may be the one or the other.
  return each.saw === instead || (isAnswer && !isWithin);
}

/** What a dying server may cost those who were sent to it: never a session, never a wrong page. */
const isFailure = ({ saw }: Asked) => ["502", "504", "starting 503", "broken off"].includes(saw);

/** Else the outage would have proven nothing. */
function waiting({ away }: Fault, { waited }: Row["observed"]): string[] {
  if (away === "sqs" && waited.jobs === 0) return ["no job waited for SQS"];
  if (away === "ses" && waited.mails === 0) return ["no mail waited for SES"];
  return [];
}
