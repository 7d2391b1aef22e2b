import { findUserByUsername, insertPushSubscription, type Database } from "@tendril/database";

import type { PushDevice } from "../fronts/push/device.ts";
import type { Space } from "../space/space.ts";
import type { Person } from "./carry-out.ts";

/** A browser of somebody here that takes pushes. */
export type Device = Pick<PushDevice, "received"> & {
  readonly subscriptionId: number;
  readonly userId: number;
  readonly expired: boolean;
  expire(): void;
};

/** As a page does that was allowed to show notifications. */
export async function subscribe(
  db: Database,
  { push, environment }: Space,
  userId: number,
): Promise<Device> {
  const device = push.subscribe(environment["VAPID_PUBLIC_KEY"] ?? "");
  const { endpoint, keys } = device.subscription;
  const row = { userId, endpoint, ...keys, browser: "Chaos", createdAt: new Date() };
  const subscriptionId = await insertPushSubscription(db, row);
  if (subscriptionId === null) throw new Error("Two browsers have one endpoint");
  let expired = false;
  return {
    subscriptionId,
    userId,
    received: device.received,
    get expired() {
      return expired;
    },
    expire() {
      expired = true;
      device.expire();
    },
  };
}

/** A third of the people have one browser, every third of these another one. */
export async function subscribePeople(
  db: Database,
  space: Space,
  people: readonly Person[],
): Promise<Device[]> {
  const devices: Device[] = [];
  for (const [n, { id }] of people.entries()) {
    if (n % 3 === 0) devices.push(await subscribe(db, space, id));
    if (n % 9 === 0) devices.push(await subscribe(db, space, id));
  }
  return devices;
}

/** Somebody who followed the link in their mail, turned notifications on and wants a digest each day. */
export async function settleIn(db: Database, space: Space, username: string): Promise<Device> {
  const user = await findUserByUsername(db, username);
  if (!user) throw new Error(`${username} is not there`);
  await db.tables.users.update(
    { emailVerifiedAt: new Date(), digest: "daily" },
    { where: { id: user.id } },
  );
  return subscribe(db, space, user.id);
}
