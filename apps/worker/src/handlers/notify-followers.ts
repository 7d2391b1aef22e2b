import { findFollowerIds, findPhotoById, isStillThere } from "@tendril/database";

import { countEventFor } from "../count-event.ts";
import type { Handler } from "./index.ts";

/** Followers in one transaction: few enough to hold its locks for milliseconds only. */
const pageSize = 500;

export const notifyFollowers: Handler<"notify-followers"> = {
  async run(context, payload, { trace }) {
    const { photographerId, photoId, count, afterFollowerId } = payload;
    const announcedAt = (await findPhotoById(context.db, photoId))?.announcedAt;
    const about = { actorId: photographerId, photoId: null, commentId: null };
    if (!announcedAt || !(await isStillThere(context.db, about))) return { state: "skipped" };

    const page = { afterId: afterFollowerId, limit: pageSize, followedBy: announcedAt };
    const followerIds = await findFollowerIds(context.db, photographerId, page);
    const last = followerIds.at(-1);
    if (last === undefined) return { state: "done" };
    return {
      state: "done",
      async effects(tx) {
        await countEventFor(
          context,
          tx,
          followerIds,
          {
            kind: "photos",
            groupKey: `photos:${photographerId}`,
            actorId: photographerId,
            photoId,
            commentId: null,
            count,
            firstAt: announcedAt,
          },
          trace,
        );
        if (followerIds.length < pageSize) return;
        await context.outbox.enqueue(
          tx,
          "notify-followers",
          { ...payload, afterFollowerId: last },
          { fairnessGroup: `user-${photographerId}`, trace },
        );
      },
    };
  },
};
