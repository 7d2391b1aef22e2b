import { filesOf } from "../orders.ts";
import type { Difference, Evidence } from "../books.ts";

/** Every transaction that was answered has its job, one; of those that were rolled back nothing is left. */
export function* checkOrders({ orders, jobs, mails, stored }: Evidence): Generator<Difference> {
  const jobsOf = Map.groupBy(jobs, ({ trace }) => trace);
  const mailed = new Set(mails.map(({ event }) => event));
  for (const order of orders) {
    const { trace, kind, rolledBack } = order;
    const count = jobsOf.get(trace)?.length ?? 0;
    if (rolledBack && (count > 0 || mailed.has(trace)))
      yield { kind: "other", what: `${trace} was rolled back and has ${count} jobs` };
    if (rolledBack) continue;
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
