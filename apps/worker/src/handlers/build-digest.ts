import { findUserById, hasDigestPhotos, moveDigestUntil, type Database } from "@tendril/database";
import { postMail } from "@tendril/jobs";
import { days } from "@tendril/runtime";

import type { Handler } from "./index.ts";
import { mayGetDigest } from "./send-digests.ts";

/** Whoever had no digest for a year is told of the last month. */
const longestMs = days(31);

/** Writes the mail when there is something to show; which photos it shows is found when it is sent. */
export const buildDigest: Handler<"build-digest"> = {
  async run({ db, outbox, clock }, { userId, dueAt }, { trace }) {
    const user = await findUserById(db, userId);
    if (!user || !mayGetDigest(user)) return { state: "skipped" };

    const { digestUntil } = user;
    const until = clock.now();
    const earliest = new Date(until.getTime() - longestMs);
    const from = digestUntil && digestUntil > earliest ? digestUntil : earliest;
    // A later digest was faster, and has told all that this one could.
    if (new Date(dueAt) <= from || until <= from) return { state: "skipped" };

    const moved = (tx: Database) => moveDigestUntil(tx, userId, { from: digestUntil, until });
    if (!(await hasDigestPhotos(db, { userId, from, until })))
      return { state: "skipped", effects: async (tx) => void (await moved(tx)) };
    return {
      state: "done",
      async effects(tx) {
        if (!(await moved(tx)))
          throw new Error("Another digest of this person was built meanwhile");
        await postMail(outbox, tx, {
          userId,
          recipient: user.email,
          template: "digest",
          event: `digest:${userId}:${dueAt}`,
          about: { from: from.toISOString(), until: until.toISOString() },
          trace,
        });
      },
    };
  },
};
