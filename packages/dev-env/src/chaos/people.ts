import { insertUser, type Database } from "@tendril/database";

import type { Fate } from "../fronts/ses/behaviour.ts";
import type { Person } from "./carry-out.ts";

/** Of some the mail comes back, or annoys; of others it is only late. */
export function fateOfPerson(n: number): Fate {
  return (
    ({ 7: "bounce", 17: "complaint", 27: "soft-bounce", 37: "delay" } as const)[n % 40] ??
    "delivery"
  );
}

/** They never sign in, so nobody has to compute a password for them. Their addresses are confirmed. */
export async function makePeople(db: Database, count: number): Promise<Person[]> {
  const people: Person[] = [];
  for (let n = 0; n < count; n++) {
    const username = `person-${n}`;
    const email = `${username}@example.com`;
    const made = await insertUser(db, {
      username,
      email,
      displayName: username,
      passwordHash: "-",
    });
    if ("taken" in made) throw new Error(`${username} is taken`);
    people.push({ id: made.id, email });
  }
  await db.tables.users.update({ emailVerifiedAt: new Date(), digest: "off" }, { where: {} });
  return people;
}

/** Undefined as long as there is none. */
export async function findReadyPhoto(db: Database, n: number): Promise<string | undefined> {
  const ready = await db.tables.photos.findAll({ where: { status: "ready" }, order: ["id"] });
  return ready[n % ready.length]?.get().slug;
}
