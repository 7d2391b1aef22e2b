import type { PushMessageRow } from "@tendril/database";

import type { Difference, Evidence, Tally } from "../books.ts";
import type { Device } from "../devices.ts";

/** Every browser got each push at most once: those that are noted as sent, and some of the unknown. */
export function* checkPushes(evidence: Evidence, tally: Tally): Generator<Difference> {
  const { pushes, devices, jobs, disturbances } = evidence;
  const jobsOf = Map.groupBy(
    jobs.filter(({ name }) => name === "send-push"),
    ({ payload }) => Number(JSON.parse(payload).pushId),
  );
  const byDevice = Map.groupBy(pushes, ({ subscriptionId }) => subscriptionId);
  const deviceOf = new Map(devices.map((device) => [device.subscriptionId, device]));
  for (const push of pushes) {
    const what = describe(push);
    const [job, ...more] = jobsOf.get(push.id) ?? [];
    if (!job) yield { kind: "lost", what: `${what} has no job` };
    if (more.length > 0) yield { kind: "doubled", what: `${what} has ${more.length + 1} jobs` };
    if (push.status === "waiting" || push.status === "sending")
      yield { kind: "stuck", what: `${what} has no end` };
    if (push.status === "refused" || push.status === "skipped")
      yield { kind: "lost", what: `${what}: ${push.error}` };
    if (push.status === "gone" && !deviceOf.get(push.subscriptionId)?.expired)
      yield { kind: "lost", what: `${what}, though its browser is there` };
    if (
      push.status === "unknown" &&
      job &&
      disturbances.between(job.createdAt, job.finishedAt).length === 0
    )
      yield { kind: "lost", what: `${what} though nothing was disturbed` };
  }
  for (const device of devices) {
    tally.pushesArrived += device.received.length;
    yield* checkDevice(device, byDevice.get(device.subscriptionId) ?? [], evidence, tally);
  }
}

const describe = ({ id, event, status }: PushMessageRow) => `push ${id} (${event}, ${status})`;

function* checkDevice(
  device: Device,
  pushes: readonly PushMessageRow[],
  { notifications }: Evidence,
  tally: Tally,
): Generator<Difference> {
  const arrived = Map.groupBy(device.received, ({ text }) =>
    text === null ? 0 : Number(String(JSON.parse(text).tag).replace("notification-", "")),
  );
  const known = new Set(notifications.map(({ id }) => id));
  for (const id of arrived.keys())
    if (!known.has(id)) yield { kind: "other", what: `browser ${device.subscriptionId} got ${id}` };
  const about = Map.groupBy(pushes, ({ notificationId }) => notificationId ?? 0);
  for (const { id, user, telling } of notifications) {
    if (user !== device.userId) continue;
    const rows = about.get(id) ?? [];
    const what = `notification ${id} in browser ${device.subscriptionId}`;
    const count = (status: PushMessageRow["status"]) =>
      rows.filter((row) => row.status === status).length;
    const [came, sent] = [arrived.get(id)?.length ?? 0, count("sent")];
    const mayHaveCome = sent + count("unknown");
    if (came > mayHaveCome)
      yield { kind: "doubled", what: `${what} came ${came} times, not ${mayHaveCome}` };
    if (came < sent) yield { kind: "lost", what: `${what} came ${came} times of ${sent}` };
    if (!device.expired && rows.length !== telling)
      yield { kind: "lost", what: `${what} was pushed ${rows.length} times of ${telling}` };
    let left = came - sent;
    for (const row of rows.filter(({ status }) => status === "unknown")) {
      const why = row.error ?? "";
      tally.unknown.push({ what: `push ${row.id}`, about: "push", why, arrived: left-- > 0 });
    }
  }
}
