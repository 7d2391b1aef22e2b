import { createHash } from "node:crypto";

import { randomKey } from "@tendril/runtime";
import { DataTypes, type Optional, type Sequelize } from "sequelize";

import { select, update, type Database, type Table } from "../database.ts";

const purposes = [
  "verify-email",
  "reset-password",
  "change-email",
  /** Sent to the address that an account had before: who reads it gets the account and the address back. */
  "take-back",
] as const;
export type TokenPurpose = (typeof purposes)[number];

export type TokenRow = {
  id: number;
  purpose: TokenPurpose;
  hash: Buffer;
  userId: number;
  /** Where it was mailed to; null for those from before that was noted. */
  email: string | null;
  expiresAt: Date;
  usedAt: Date | null;
};

export function defineTokens(
  sequelize: Sequelize,
): Table<TokenRow, Optional<TokenRow, "id" | "email" | "usedAt">> {
  return sequelize.define("tokens", {
    id: { type: DataTypes.BIGINT.UNSIGNED, primaryKey: true, autoIncrement: true },
    purpose: { type: DataTypes.ENUM(...purposes), allowNull: false },
    hash: { type: DataTypes.BLOB, allowNull: false },
    userId: { type: DataTypes.BIGINT.UNSIGNED, allowNull: false },
    email: DataTypes.STRING(254),
    expiresAt: { type: DataTypes.DATE(3), allowNull: false },
    usedAt: DataTypes.DATE(3),
  });
}

/** Only the hash is kept: a reader of the table cannot use what it finds. */
const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();

/** A new secret to be sent by mail. It is not stored and cannot be had again. */
export async function createToken(
  db: Database,
  token: Pick<TokenRow, "purpose" | "userId" | "email" | "expiresAt">,
): Promise<string> {
  const secret = randomKey(256);
  await db.tables.tokens.create(
    { ...token, hash: hashOf(secret) },
    { transaction: db.options.transaction ?? null },
  );
  return secret;
}

export type FoundToken = Pick<TokenRow, "id" | "userId" | "email">;

/**
 * Null when it is unknown, used or expired, or went to an address that does not count: it must be the account's own,
 * for a change the one that was asked for last, and any for taking an account back.
 */
export async function findToken(
  db: Database,
  purpose: TokenPurpose,
  secret: string,
  now: Date,
): Promise<FoundToken | null> {
  const rows = await select<FoundToken>(
    db,
    `SELECT t.id, t.user_id AS userId, t.email FROM tokens t JOIN users u ON u.id = t.user_id
      WHERE t.hash = :hash AND t.purpose = :purpose AND t.used_at IS NULL AND t.expires_at > :now
        AND (t.email IS NULL OR t.email = CASE t.purpose
          WHEN 'change-email' THEN u.wanted_email WHEN 'take-back' THEN t.email ELSE u.email END)`,
    { hash: hashOf(secret), purpose, now },
  );
  return rows[0] ?? null;
}

/** Uses a token up; null as above. */
export async function redeemToken(
  db: Database,
  purpose: TokenPurpose,
  secret: string,
  now: Date,
): Promise<FoundToken | null> {
  const token = await findToken(db, purpose, secret, now);
  if (!token) return null;
  const sql = "UPDATE tokens SET used_at = :now WHERE id = :id AND used_at IS NULL";
  return (await update(db, sql, { id: token.id, now })) === 1 ? token : null;
}

/** After a password was changed, older links to change it must not work any more. */
export async function revokeTokens(
  db: Database,
  userId: number,
  purpose: TokenPurpose,
  now: Date,
): Promise<void> {
  const sql =
    "UPDATE tokens SET used_at = :now WHERE user_id = :userId AND purpose = :purpose AND used_at IS NULL";
  await update(db, sql, { userId, purpose, now });
}

/** Whether its owner has had to take the account back since then. */
export async function wasTakenBack(db: Database, userId: number, since: Date): Promise<boolean> {
  const rows = await select<{ id: number }>(
    db,
    `SELECT id FROM tokens WHERE user_id = :userId AND purpose = 'take-back' AND used_at >= :since LIMIT 1`,
    { userId, since },
  );
  return rows.length > 0;
}
