import { isStillThere } from "@tendril/database";

import { countEventFor } from "../count-event.ts";
import type { Handler } from "./index.ts";

export const notifyPerson: Handler<"notify-person"> = {
  async run(context, { userId, ...about }, { trace }) {
    if (about.actorId === userId) return { state: "skipped" };
    if (!(await isStillThere(context.db, about))) return { state: "skipped" };
    return {
      state: "done",
      effects: (tx) => {
        const event = { ...about, count: 1, firstAt: context.clock.now() };
        return countEventFor(context, tx, [userId], event, trace);
      },
    };
  },
};
