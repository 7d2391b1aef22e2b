import { createHash } from "node:crypto";

import { DataTypes, UniqueConstraintError, type Optional, type Sequelize } from "sequelize";

import { plain, remove, select, update, type Database, type Table } from "../database.ts";

/** A browser of a person that takes pushes. */
export type PushSubscriptionRow = {
  id: number;
  userId: number;
  /** Where its push service takes messages for it; whoever knows it and the keys can write to it. */
  endpoint: string;
  endpointHash: Buffer;
  /** The browser's public key and shared secret, in base64url. */
  p256dh: string;
  auth: string;
  /** For people: "Firefox on Linux". */
  browser: string;
  createdAt: Date;
  lastSuccessAt: Date | null;
};

type NewPushSubscription = Optional<PushSubscriptionRow, "id" | "lastSuccessAt">;

export function definePushSubscriptions(
  sequelize: Sequelize,
): Table<PushSubscriptionRow, NewPushSubscription> {
  return sequelize.define("push_subscriptions", {
    id: { type: DataTypes.BIGINT.UNSIGNED, primaryKey: true, autoIncrement: true },
    userId: { type: DataTypes.BIGINT.UNSIGNED, allowNull: false },
    endpoint: { type: DataTypes.STRING(2000), allowNull: false },
    endpointHash: { type: DataTypes.BLOB, allowNull: false },
    p256dh: { type: DataTypes.STRING(100), allowNull: false },
    auth: { type: DataTypes.STRING(30), allowNull: false },
    browser: { type: DataTypes.STRING(100), allowNull: false },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
    lastSuccessAt: DataTypes.DATE(3),
  });
}

/** Endpoints are too long to be keys themselves; as they cannot be guessed, neither can this. */
export const hashOfEndpoint = (endpoint: string): Buffer =>
  createHash("sha256").update(endpoint).digest();

/** The one with this endpoint, locked: a browser may say the same twice at a time. */
export async function lockPushSubscription(
  tx: Database,
  endpoint: string,
): Promise<{ id: number; userId: number } | null> {
  const rows = await select<{ id: number; userId: number }>(
    tx,
    "SELECT id, user_id AS userId FROM push_subscriptions WHERE endpoint_hash = :hash FOR UPDATE",
    { hash: hashOfEndpoint(endpoint) },
  );
  return rows[0] ?? null;
}

/** The new one's id; null when another has this endpoint. */
export async function insertPushSubscription(
  db: Database,
  subscription: Omit<PushSubscriptionRow, "id" | "endpointHash" | "lastSuccessAt">,
): Promise<number | null> {
  const row = { ...subscription, endpointHash: hashOfEndpoint(subscription.endpoint) };
  const transaction = db.options.transaction ?? null;
  try {
    return plain(await db.tables.pushSubscriptions.create(row, { transaction })).id;
  } catch (error) {
    if (error instanceof UniqueConstraintError) return null;
    throw error;
  }
}

/** The same browser has new keys, or another name after an update. */
export async function renewPushSubscription(
  db: Database,
  id: number,
  { p256dh, auth, browser }: Pick<PushSubscriptionRow, "p256dh" | "auth" | "browser">,
): Promise<void> {
  const sql = `UPDATE push_subscriptions SET p256dh = :p256dh, auth = :auth, browser = :browser
                WHERE id = :id`;
  await update(db, sql, { id, p256dh, auth, browser });
}

/** What a person is told about a browser of theirs. */
export type PushBrowser = Pick<
  PushSubscriptionRow,
  "id" | "browser" | "endpointHash" | "createdAt" | "lastSuccessAt"
>;

/** Those that were heard of last come first. */
export function findPushBrowsers(db: Database, userId: number): Promise<PushBrowser[]> {
  return select<PushBrowser>(
    db,
    `SELECT id, browser, endpoint_hash AS endpointHash, created_at AS createdAt, last_success_at AS lastSuccessAt
       FROM push_subscriptions WHERE user_id = :userId
      ORDER BY COALESCE(last_success_at, created_at) DESC, id DESC`,
    { userId },
  );
}

export async function findPushSubscriptionIds(db: Database, userId: number): Promise<number[]> {
  const sql = "SELECT id FROM push_subscriptions WHERE user_id = :userId ORDER BY id";
  return (await select<{ id: number }>(db, sql, { userId })).map(({ id }) => id);
}

/** True when it was there and this person's. */
export async function removePushSubscription(
  db: Database,
  id: number,
  userId: number,
): Promise<boolean> {
  const sql = "DELETE FROM push_subscriptions WHERE id = :id AND user_id = :userId";
  return (await remove(db, sql, { id, userId })) === 1;
}

/** By the hash of its endpoint; true when it was there and this person's. */
export async function removePushEndpoint(
  db: Database,
  hash: Buffer,
  userId: number,
): Promise<boolean> {
  const sql = "DELETE FROM push_subscriptions WHERE endpoint_hash = :hash AND user_id = :userId";
  return (await remove(db, sql, { hash, userId })) === 1;
}

/** After a change of password: a stranger who was signed in is told no more, either. */
export async function removePushSubscriptionsOf(db: Database, userId: number): Promise<void> {
  await remove(db, "DELETE FROM push_subscriptions WHERE user_id = :userId", { userId });
}

/** All but the one with that endpoint, if any: elsewhere the person is signed out. */
export async function removeOtherPushSubscriptions(
  db: Database,
  userId: number,
  kept: Buffer | null,
): Promise<void> {
  const sql = `DELETE FROM push_subscriptions WHERE user_id = :userId
    ${kept ? "AND endpoint_hash <> :kept" : ""}`;
  await remove(db, sql, { userId, ...(kept && { kept }) });
}

/** It was never reached, and now was given up: made up, or of a service that does not know us. */
export async function removeUnprovenPushSubscription(db: Database, id: number): Promise<void> {
  const sql = "DELETE FROM push_subscriptions WHERE id = :id AND last_success_at IS NULL";
  await remove(db, sql, { id });
}

export async function notePushSuccess(db: Database, id: number, at: Date): Promise<void> {
  await update(db, "UPDATE push_subscriptions SET last_success_at = :at WHERE id = :id", {
    id,
    at,
  });
}
