import { isEssentialMail, type EmailMessageRow, type JobRow } from "@tendril/database";

import type { Fate } from "../../fronts/ses/behaviour.ts";
import type { Difference, Evidence, Tally } from "../books.ts";
import type { Disturbances } from "../disturbances.ts";
import type { Sending } from "../facts.ts";

/** Each mail has one job for each generation and went out once; where that could not be known, what was allowed instead. */
export function* checkMails(evidence: Evidence, tally: Tally): Generator<Difference> {
  const { mails, jobs, sent, disturbances, fates } = evidence;
  const ids = new Set(mails.map(({ id }) => id));
  const jobsOf = Map.groupBy(
    jobs.filter(({ name }) => name === "send-email"),
    ({ payload }) => Number(JSON.parse(payload).emailId),
  );
  for (const mail of mails) {
    const what = `mail ${mail.id} (${mail.template}, ${mail.event}, ${mail.status})`;
    const [job, ...more] = jobsOf.get(mail.id) ?? [];
    if (!job) yield { kind: "lost", what: `${what} has no job` };
    else if (more.length !== mail.generation)
      yield {
        kind: "doubled",
        what: `${what} has ${more.length + 1} jobs in generation ${mail.generation}`,
      };
    else {
      const fate = fates.get(mail.recipient) ?? "delivery";
      const one = { mail, what, job, sendings: sent.get(mail.id) ?? [], fate, disturbances };
      yield* isEssentialMail(mail.template) ? checkEssential(one, tally) : checkOther(one, tally);
    }
  }
  for (const id of sent.keys())
    if (!ids.has(id)) yield { kind: "other", what: `SES has a mail ${id} that is in no row` };
  for (const id of jobsOf.keys())
    if (!ids.has(id)) yield { kind: "other", what: `mail ${id} has a job and no row` };
  yield* checkSuppressions(evidence);
}

type One = {
  mail: EmailMessageRow;
  what: string;
  job: JobRow;
  sendings: readonly Sending[];
  fate: Fate;
  disturbances: Disturbances;
};

/** At most once; what is unknown has no evidence, and something to blame. */
function* checkOther(one: One, tally: Tally): Generator<Difference> {
  const { mail, what, job, sendings, fate, disturbances } = one;
  if (sendings.length > 1)
    yield { kind: "doubled", what: `${what} went out ${sendings.length} times` };
  if (mail.status === "suppressed") {
    if (fate !== "bounce" && fate !== "complaint")
      yield { kind: "lost", what: `${what} though nothing came back from ${mail.recipient}` };
    if (sendings.length > 0) yield { kind: "other", what: `${what} is in SES` };
    return;
  }
  if (mail.status !== "unknown") return yield* checkSent(one);
  tally.unknown.push({
    what: `mail ${mail.id}`,
    about: mail.template,
    why: mail.error ?? "",
    arrived: sendings.length > 0,
  });
  if (sendings.some(({ told }) => told))
    yield { kind: "other", what: `${what} is in SES, whose events did not settle it` };
  if (disturbances.between(job.createdAt, job.finishedAt).length === 0)
    yield { kind: "lost", what: `${what} though nothing was disturbed` };
}

/** At least once; again only when SES told nothing of the time before. */
function* checkEssential(one: One, tally: Tally): Generator<Difference> {
  const { mail, what, sendings, fate } = one;
  tally.repeatedMails += Math.max(0, sendings.length - 1);
  for (const [n, { told }] of sendings.entries())
    if (n < sendings.length - 1 && told)
      yield { kind: "doubled", what: `${what} went out again though SES told of the time before` };
  if (sendings.length > mail.generation + 1)
    yield {
      kind: "doubled",
      what: `${what} went out ${sendings.length} times in generation ${mail.generation}`,
    };
  if (mail.status === "suppressed" && fate === "bounce") return;
  yield* checkSent(one);
}

function* checkSent({ mail: { status }, what, sendings }: One): Generator<Difference> {
  if (status === "waiting" || status === "sending")
    yield { kind: "stuck", what: `${what} has no end` };
  else if (status !== "sent") yield { kind: "lost", what: `${what} did not go out` };
  else if (sendings.length === 0) yield { kind: "lost", what: `${what} is not in SES` };
}

/** Every address from which something came back, as far as SES told of it, and no other. */
function* checkSuppressions({ suppressions, fates, mails, sent }: Evidence): Generator<Difference> {
  const suppressed = new Set(suppressions.map(({ address }) => address));
  const comesBack = (address: string) => ["bounce", "complaint"].includes(fates.get(address) ?? "");
  for (const address of suppressed)
    if (!comesBack(address)) yield { kind: "other", what: `${address} is suppressed for nothing` };
  for (const { id, recipient } of mails)
    if (
      comesBack(recipient) &&
      !suppressed.has(recipient) &&
      sent.get(id)?.some(({ told }) => told)
    )
      yield { kind: "other", what: `mail ${id} came back, and ${recipient} is not suppressed` };
}
