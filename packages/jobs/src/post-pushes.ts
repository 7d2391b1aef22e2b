import type { Database } from "@tendril/database";

import type { Outbox } from "./outbox.ts";

export type Push = {
  userId: number;
  /** Each browser of a person gets one push per event, whatever is repeated. */
  event: string;
  /** Its words are found when it is sent. */
  notificationId: number;
  trace: string;
};

/** A push for each browser that the person subscribed with, and the jobs that send them. */
export async function postPushes(_outbox: Outbox, _tx: Database, _push: Push): Promise<void> {}
