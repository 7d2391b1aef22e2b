import type { EmailMessageRow, JobRow } from "@tendril/database";

import type { Difference, Evidence, Tally } from "../books.ts";
import type { Disturbances } from "../disturbances.ts";

const essential = new Set(["verify-email", "reset-password"]);

/** Each mail has one job for each generation and went out once; where that could not be known, what was allowed instead. */
export function* checkMails(
  { mails, jobs, sent, disturbances }: Evidence,
  tally: Tally,
): Generator<Difference> {
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
    else yield* checkSent({ mail, what, job, times: sent.get(mail.id) ?? [], disturbances }, tally);
  }
  for (const id of sent.keys())
    if (!ids.has(id)) yield { kind: "other", what: `SES has a mail ${id} that is in no row` };
  for (const id of jobsOf.keys())
    if (!ids.has(id)) yield { kind: "other", what: `mail ${id} has a job and no row` };
}

type One = {
  mail: EmailMessageRow;
  what: string;
  job: JobRow;
  times: readonly number[];
  disturbances: Disturbances;
};

function* checkSent({ mail, what, job, times, disturbances }: One, tally: Tally) {
  const { status } = mail;
  // What it was to tell was gone when it was to be sent.
  if (status === "skipped" && !essential.has(mail.template) && times.length === 0) return;
  if (status !== "sent" && status !== "unknown")
    yield { kind: "stuck", what: `${what} has no end` } as const;
  if (status === "sent" && times.length === 0)
    yield { kind: "lost", what: `${what} is not in SES` } as const;
  if (!essential.has(mail.template)) {
    if (times.length > 1)
      yield { kind: "doubled", what: `${what} went out ${times.length} times` } as const;
    if (status !== "unknown") return;
    tally.unknownMails += 1;
    if (times.length === 0) tally.unknownUnsent += 1;
    else
      yield { kind: "other", what: `${what} is in SES, whose events did not settle it` } as const;
    if (disturbances.between(job.createdAt, job.finishedAt).length === 0)
      yield { kind: "lost", what: `${what} though nothing was disturbed` } as const;
    return;
  }
  if (status === "unknown") yield { kind: "lost", what: `${what} was given up` } as const;
  tally.repeatedMails += Math.max(0, times.length - 1);
  if (times.length > mail.generation + 1)
    yield {
      kind: "doubled",
      what: `${what} went out ${times.length} times in generation ${mail.generation}`,
    } as const;
  // Again only across something that broke off the first time before it was noted.
  for (const [n, time] of times.entries()) {
    const before = times[n - 1];
    if (before !== undefined && disturbances.between(before, time).length === 0)
      yield {
        kind: "doubled",
        what: `${what} went out again though nothing was disturbed`,
      } as const;
  }
}
