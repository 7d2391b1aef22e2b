import { insertUser, type Database } from "@tendril/database";

import type { Person } from "./carry-out.ts";

/** They never sign in, so nobody has to compute a password for them. */
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
  return people;
}
