import type { JobRow } from "@tendril/database";
import { catalogue, isJobName, readHistory, type HistoryEntry } from "@tendril/jobs";

import type { Difference, Evidence, Tally } from "../books.ts";

/** Each job came to an end, and paid only for attempts that failed or died. */
export function* checkAttempts(
  { jobs, disturbances }: Evidence,
  tally: Tally,
): Generator<Difference> {
  for (const job of jobs) {
    const what = `job ${job.id} (${job.name}, ${job.trace}, ${job.state})`;
    if (job.state === "queued" || job.state === "running")
      yield { kind: "stuck", what: `${what} has no end: ${job.lastError ?? "no error"}` };
    if (job.state === "dead") yield { kind: "lost", what: `${what}: ${job.lastError}` };
    if (job.state === "skipped" && !mayBeSkipped(job))
      yield { kind: "other", what: `${what} was skipped` };
    if (isJobName(job.name) && job.attempts > catalogue[job.name].attempts)
      yield { kind: "other", what: `${what} had ${job.attempts} attempts` };

    const history = readHistory(job.history);
    const having = (outcome: HistoryEntry["outcome"]) =>
      history.filter((entry) => entry.outcome === outcome);
    const failed = having("failed");
    const crashed = having("crashed").length;
    const handedBack = having("handed back").length;
    tally.crashes += crashed;
    tally.handedBack += handedBack;
    for (const { error } of failed) {
      const why = `${job.name}: ${error.split("\n", 1)[0]}`;
      tally.failures[why] = (tally.failures[why] ?? 0) + 1;
    }
    if (job.state !== "done") continue;
    const charged = failed.length + crashed;
    // The last attempt is the one that succeeded; of all others the row tells, and what was handed back cost nothing.
    if (job.attempts !== 1 + charged || job.claims !== 1 + charged + handedBack)
      yield {
        kind: "other",
        what: `${what} has ${job.claims} claims and ${job.attempts} attempts, and tells of ${failed.length} failed, ${crashed} died, ${handedBack} handed back`,
      };
    if (charged > 0 && disturbances.between(job.createdAt, job.finishedAt).length === 0)
      yield { kind: "other", what: `${what} was charged though nothing was disturbed` };
  }
}

function mayBeSkipped({ name, claims, trace }: JobRow): boolean {
  switch (name) {
    // After an attempt that died, or in a mail's next generation, evidence may have come that SES has the mail.
    case "send-email":
      return claims > 1 || trace.startsWith("mail-");
    // Nothing new was shown, or a later digest told of it.
    case "build-digest":
      return true;
    // Its browser is gone; books/pushes.ts knows which may be.
    case "send-push":
      return true;
    default:
      return false;
  }
}
