import { PutObjectCommand } from "@aws-sdk/client-s3";
import {
  insertEmailMessage,
  startFollow,
  transaction,
  type Database,
  type EmailTemplate,
} from "@tendril/database";
import type { Outbox } from "@tendril/jobs";
import { originalKey, variantKey, type Storage } from "@tendril/storage";

import { filesOf, type Order } from "./orders.ts";

type Tools = { db: Database; storage: Storage; outbox: Outbox };
export type Person = { id: number; email: string };

class RolledBackError extends Error {
  override readonly name = "RolledBackError";
}

/** False when nobody answered whether it was committed. */
export async function carryOut(
  tools: Tools,
  order: Order,
  people: readonly Person[],
): Promise<boolean> {
  const person = people[order.person];
  const other = people[order.other];
  if (!person || !other) throw new Error(`There is no person ${order.person} or ${order.other}`);
  try {
    if (order.kind === "files" && !(await isThere(tools.db, order))) await putFiles(tools, order);
    await transaction(tools.db, async (tx) => {
      const { kind } = order;
      if (kind === "follow") await follow(tools, tx, order, person, other);
      else await write(tools, tx, { ...order, kind }, person);
      if (order.rolledBack) throw new RolledBackError();
    });
    return true;
  } catch (error) {
    if (error instanceof RolledBackError) return true;
    process.stderr.write(`${order.trace}: ${String(error)}\n`);
    return false;
  }
}

/** As the page does it: who is followed hears of it the first time, whatever is repeated. */
async function follow(
  { outbox }: Tools,
  tx: Database,
  { trace, twice }: Order,
  person: Person,
  other: Person,
): Promise<void> {
  if (person.id === other.id) return;
  const pair = { followerId: person.id, followeeId: other.id };
  const about = { actorId: person.id, photoId: null, commentId: null };
  for (let n = 0; n < (twice ? 2 : 1); n++) {
    if (!(await startFollow(tx, pair, new Date()))) continue;
    const event = { userId: other.id, kind: "follow", groupKey: "follow", ...about } as const;
    const options = { fairnessGroup: `user-${other.id}`, trace, requestedBy: person.id };
    await outbox.enqueue(tx, "notify-person", event, options);
  }
}

async function write(
  { outbox }: Tools,
  tx: Database,
  order: Order & { kind: EmailTemplate | "files" },
  person: Person,
): Promise<void> {
  const { kind, trace, twice, laterMs } = order;
  const options = {
    fairnessGroup: `user-${person.id}`,
    trace,
    requestedBy: person.id,
    ...(laterMs > 0 && { runAt: new Date(Date.now() + laterMs) }),
    ...(twice && { dedupeKey: trace }),
  };
  if (kind === "files") {
    if (await isThere(tx, order)) return;
    for (let n = 0; n < (twice ? 2 : 1); n++)
      await outbox.enqueue(tx, "delete-photo-files", filesOf(order), options);
    return;
  }
  const mail = { userId: person.id, recipient: person.email, template: kind, event: trace };
  const emailId = await insertEmailMessage(tx, mail);
  if (emailId === null) return;
  for (let n = 0; n < (twice ? 2 : 1); n++)
    await outbox.enqueue(tx, "send-email", { emailId }, options);
}

async function isThere(db: Database, { trace }: Order): Promise<boolean> {
  return (await db.tables.jobs.count({ ...db.options, where: { trace } })) > 0;
}

async function putFiles({ storage }: Tools, order: Order): Promise<void> {
  const { slug, fileKey } = filesOf(order);
  for (const Key of [originalKey(slug), variantKey(fileKey, "w1.webp")])
    await storage.s3.send(new PutObjectCommand({ Bucket: storage.bucket, Key, Body: "x" }));
}
