import { PutObjectCommand } from "@aws-sdk/client-s3";
import { insertEmailMessage, transaction, type Database } from "@tendril/database";
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
  if (!person) throw new Error(`There is no person ${order.person}`);
  try {
    if (order.kind === "files" && !(await isThere(tools.db, order))) await putFiles(tools, order);
    await transaction(tools.db, async (tx) => {
      await write(tools, tx, order, person);
      if (order.rolledBack) throw new RolledBackError();
    });
    return true;
  } catch (error) {
    if (error instanceof RolledBackError) return true;
    process.stderr.write(`${order.trace}: ${String(error)}\n`);
    return false;
  }
}

async function write({ outbox }: Tools, tx: Database, order: Order, person: Person): Promise<void> {
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
