import {
  planDigest,
  takeDueDigests,
  takeUnplannedDigests,
  type Database,
  type DueDigest,
  type UserRow,
} from "@tendril/database";
import { isTimeZone, nextDigestAt } from "@tendril/notifications";
import { days } from "@tendril/runtime";

import type { WorkerContext } from "../context.ts";
import type { Handler } from "./index.ts";

/** People in one transaction. If there are more, another job goes on with them. */
const pageSize = 200;

/** Whose digest is due gets it built, and the next one planned, in one transaction: one each, whatever is repeated. */
export const sendDigests: Handler<"send-digests"> = {
  async run(context, { scheduledAt }, { trace }) {
    return {
      state: "done",
      async effects(tx) {
        const now = context.clock.now();
        const due = await takeDueDigests(tx, now, pageSize);
        for (const reader of due) {
          if (mayGetDigest(reader)) await enqueueDigest(context, tx, reader, trace);
          await planDigest(tx, reader.id, nextFor(context, reader, now), now);
        }
        const unplanned = await takeUnplannedDigests(tx, latestDate(now), pageSize);
        for (const reader of unplanned)
          await planDigest(tx, reader.id, nextFor(context, reader, now), now);

        if (Math.max(due.length, unplanned.length) < pageSize) return;
        const options = { fairnessGroup: "schedule", trace };
        await context.outbox.enqueue(tx, "send-digests", { scheduledAt }, options);
      },
    };
  },
};

/** No digest is further away than a week. Whoever got a later date got it of a clock that had jumped. */
const latestDate = (now: Date) => new Date(now.getTime() + days(8));

/** Asked again when it is built, as people come and go. */
export function mayGetDigest({
  digest,
  emailVerifiedAt,
  suspendedAt,
  deletedAt,
}: Pick<UserRow, "digest" | "emailVerifiedAt" | "suspendedAt" | "deletedAt">): boolean {
  return digest !== "off" && emailVerifiedAt !== null && suspendedAt === null && deletedAt === null;
}

/** From now and not from the last date: after an outage of days there is one digest, not one for each of them. */
function nextFor(
  { logger }: WorkerContext,
  { id, digest, timeZone }: Pick<DueDigest, "id" | "digest" | "timeZone">,
  now: Date,
): Date | null {
  if (timeZone !== null && !isTimeZone(timeZone))
    logger.warn({ user: id, timeZone }, "there is no such time zone; digests come by UTC");
  return nextDigestAt(digest, timeZone, now);
}

async function enqueueDigest(
  { outbox }: WorkerContext,
  tx: Database,
  { id, digestDueAt }: DueDigest,
  trace: string,
): Promise<void> {
  const dueAt = digestDueAt.toISOString();
  await outbox.enqueue(
    tx,
    "build-digest",
    { userId: id, dueAt },
    { fairnessGroup: `user-${id}`, trace, dedupeKey: `build-digest:${id}:${dueAt}` },
  );
}
