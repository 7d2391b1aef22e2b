import type { Database } from "@tendril/database";
import type { JobPayload, Outbox } from "@tendril/jobs";

/** Lets a person know, by whatever ways they want; nobody is told of what they did themselves. */
export async function tell(
  outbox: Outbox,
  tx: Database,
  what: JobPayload<"notify-person"> & { actorId: number },
  trace: string,
): Promise<void> {
  if (what.userId === what.actorId) return;
  await outbox.enqueue(tx, "notify-person", what, {
    fairnessGroup: `user-${what.userId}`,
    trace,
    requestedBy: what.actorId,
  });
}
