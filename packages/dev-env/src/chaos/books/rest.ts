import type { Difference, Evidence } from "../books.ts";

/** No letter without a reason, none for a job, and no message left anywhere. */
export function* checkRest({ letters, foreign, waiting }: Evidence): Generator<Difference> {
  for (const { id, jobId, name, errorName, errorMessage } of letters) {
    if (jobId !== null)
      yield { kind: "other", what: `letter ${id} for job ${jobId} (${name}): ${errorMessage}` };
    if (!errorName || !errorMessage) yield { kind: "other", what: `letter ${id} says no reason` };
  }
  const raw = letters.filter(({ jobId }) => jobId === null).length;
  if (raw !== foreign)
    yield { kind: "other", what: `${foreign} foreign messages made ${raw} letters` };
  for (const [queue, count] of waiting)
    if (count > 0) yield { kind: "stuck", what: `${count} messages are left in ${queue}` };
}
