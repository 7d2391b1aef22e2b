import { filesOf } from "../orders.ts";
import type { Difference, Evidence } from "../books.ts";

const jobNames = {
  welcome: "send-email",
  "reset-password": "send-email",
  follow: "notify-person",
  files: "delete-photo-files",
} as const;

/** Every transaction that was answered has its job, one; of those that were rolled back nothing is left. */
export function* checkOrders(evidence: Evidence): Generator<Difference> {
  const { orders, jobs, mails, stored } = evidence;
  const jobsOf = Map.groupBy(jobs, ({ trace }) => trace);
  const mailed = new Set(mails.map(({ event }) => event));
  const following = new Set(
    evidence.follows.map(({ follower, followee }) => `${follower} ${followee}`),
  );
  for (const order of orders) {
    const { trace, kind, rolledBack } = order;
    // What follows from a job has its trace.
    const count = (jobsOf.get(trace) ?? []).filter(({ name }) => name === jobNames[kind]).length;
    if (rolledBack && (count > 0 || mailed.has(trace)))
      yield { kind: "other", what: `${trace} was rolled back and has ${count} jobs` };
    if (rolledBack) continue;
    if (kind === "follow") {
      const [follower, followee] = [evidence.people[order.person], evidence.people[order.other]];
      // What was so before is no event; books/notifications.ts knows whether each that is one has its job.
      if (follower !== followee && !following.has(`${follower?.id} ${followee?.id}`))
        yield { kind: "lost", what: `${trace} was committed and nobody follows` };
      if (count > 1) yield { kind: "doubled", what: `${trace} has ${count} jobs` };
      continue;
    }
    if (count === 0) yield { kind: "lost", what: `${trace} was committed and has no job` };
    if (count > 1) yield { kind: "doubled", what: `${trace} has ${count} jobs` };
    if (kind !== "files") {
      if (!mailed.has(trace))
        yield { kind: "lost", what: `${trace} was committed and has no mail` };
      continue;
    }
    const { slug, fileKey } = filesOf(order);
    const left = [`originals/${slug}`, `photos/${fileKey}/w1.webp`].filter((key) =>
      stored.has(key),
    );
    if (left.length > 0) yield { kind: "lost", what: `${trace} left ${left.join(", ")}` };
  }
}
