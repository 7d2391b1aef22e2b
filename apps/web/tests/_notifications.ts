import {
  connectDatabase,
  countEvent,
  findUserByUsername,
  readDatabaseConfig,
  transaction,
  type DatabaseConnection,
  type NotificationEvent,
} from "@tendril/database";
import type { Client, TestEnv } from "@tendril/dev-env";

import { signedUp } from "./_uploads.ts";

/** Past the tiers: what people were told before the test begins. */
export function openDatabase({ environment }: TestEnv): DatabaseConnection {
  return connectDatabase(readDatabaseConfig(environment));
}

export async function idOf(db: DatabaseConnection, name: string): Promise<number> {
  const user = await findUserByUsername(db, name);
  if (!user) throw new Error(`There is no ${name}`);
  return user.id;
}

let people = 0;
/** Somebody whom nothing was told yet. */
export async function newcomer(env: TestEnv, db: DatabaseConnection) {
  const name = `person-${people++}`;
  const person = await signedUp(env, name);
  return { person, name, id: await idOf(db, name) };
}

/** As the worker counts it; nobody is told by mail, as no job is made. */
export async function count(
  db: DatabaseConnection,
  userId: number,
  event: Partial<NotificationEvent>,
  at = new Date(),
): Promise<void> {
  const old = new Date(at.getTime() - 86_400_000);
  const whole: NotificationEvent = {
    kind: "follow",
    groupKey: "follow",
    actorId: null,
    photoId: null,
    commentId: null,
    count: 1,
    firstAt: at,
    ...event,
  };
  const rules = { now: at, toldBefore: old, openedBefore: old };
  await transaction(db, (tx) => countEvent(tx, [userId], whole, rules));
}

/** The notifications on a page, each with whether it is marked as new. */
export function shownOn({
  text,
}: {
  text: string;
}): { title: string; path: string; isNew: boolean }[] {
  return text
    .split('<li class="notification')
    .slice(1)
    .map((item) => {
      const [, path = "", title = ""] = /<a href="([^"]*)">([^<]*)<\/a>/.exec(item) ?? [];
      return { title, path, isNew: item.startsWith(" notification--unread") };
    });
}

/** The number at the bell. */
function bellOn({ text }: { text: string }): number | undefined {
  const shown = /data-bell-count aria-hidden="true">(\d+)/.exec(text)?.[1];
  return shown === undefined ? undefined : Number(shown);
}

/** Resolves to what the bell says once the server knows it. */
export async function bellOf(person: Client): Promise<number | undefined> {
  return bellOn(await person.get("/"));
}
