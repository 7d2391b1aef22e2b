import { catalogue, isJobName, readHistory } from "@tendril/jobs";

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
    if (job.state === "skipped") yield { kind: "other", what: `${what} was skipped` };
    if (isJobName(job.name) && job.attempts > catalogue[job.name].attempts)
      yield { kind: "other", what: `${what} had ${job.attempts} attempts` };

    const history = readHistory(job.history);
    const failed = history.filter(({ outcome }) => outcome === "failed");
    const handedBack = history.filter(({ outcome }) => outcome === "handed back").length;
    const crashed = job.attempts - 1 - failed.length;
    tally.crashes += Math.max(0, crashed);
    tally.handedBack += handedBack;
    for (const { error } of failed) {
      const why = `${job.name}: ${error.split("\n", 1)[0]}`;
      tally.failures[why] = (tally.failures[why] ?? 0) + 1;
    }
    if (job.state !== "done") continue;
    // An attempt that was not handed back and did not fail, and was not the last, died.
    if (job.claims !== 1 + failed.length + handedBack + crashed)
      yield {
        kind: "other",
        what: `${what} has ${job.claims} claims, ${job.attempts} attempts and ${history.length} entries`,
      };
    if (crashed > 0 && disturbances.between(job.createdAt, job.finishedAt).length === 0)
      yield { kind: "other", what: `${what} was charged though nothing was disturbed` };
  }
}
