import { findUserById, markAnnounced } from "@tendril/database";

import type { Handler } from "./index.ts";

/** Photos that became public within seconds of each other reach the followers as one event. */
export const announcePhotos: Handler<"announce-photos"> = {
  async run({ db, outbox, clock }, { photographerId }, { trace }) {
    const photographer = await findUserById(db, photographerId);
    // What a suspended person publishes is announced with what comes first after that.
    if (!photographer || photographer.suspendedAt) return { state: "skipped" };
    return {
      state: "done",
      async effects(tx) {
        const announced = await markAnnounced(tx, photographerId, clock.now());
        if (!announced) return;
        await outbox.enqueue(
          tx,
          "notify-followers",
          { photographerId, ...announced, afterFollowerId: 0 },
          { fairnessGroup: `user-${photographerId}`, trace },
        );
      },
    };
  },
};
