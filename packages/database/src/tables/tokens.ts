import { createHash } from "node:crypto";

import { randomKey } from "@tendril/runtime";
import { DataTypes, type Optional, type Sequelize } from "sequelize";

import { select, update, type Database, type Table } from "../database.ts";

export type TokenPurpose = "verify-email" | "reset-password";

export type TokenRow = {
  id: number;
  purpose: TokenPurpose;
  hash: Buffer;
  userId: number;
  expiresAt: Date;
  usedAt: Date | null;
};

export function defineTokens(
  sequelize: Sequelize,
): Table<TokenRow, Optional<TokenRow, "id" | "usedAt">> {
  return sequelize.define("tokens", {
    id: { type: DataTypes.BIGINT.UNSIGNED, primaryKey: true, autoIncrement: true },
    purpose: { type: DataTypes.ENUM("verify-email", "reset-password"), allowNull: false },
    hash: { type: DataTypes.BLOB, allowNull: false },
    userId: { type: DataTypes.BIGINT.UNSIGNED, allowNull: false },
    expiresAt: { type: DataTypes.DATE(3), allowNull: false },
    usedAt: DataTypes.DATE(3),
  });
}

/** Only the hash is kept: a reader of the table cannot use what it finds. */
const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();

/** A new secret to be sent by mail. It is not stored and cannot be had again. */
export async function createToken(
  db: Database,
  token: Pick<TokenRow, "purpose" | "userId" | "expiresAt">,
): Promise<string> {
  const secret = randomKey(256);
  await db.tables.tokens.create(
    { ...token, hash: hashOf(secret) },
    { transaction: db.options.transaction ?? null },
  );
  return secret;
}

/** Whose token this is; null when it is unknown, used or expired. */
export async function findToken(db: Database, purpose: TokenPurpose, secret: string, now: Date) {
  const rows = await select<{ id: number; userId: number }>(
    db,
    `SELECT id, user_id AS userId FROM tokens
      WHERE hash = :hash AND purpose = :purpose AND used_at IS NULL AND expires_at > :now`,
    { hash: hashOf(secret), purpose, now },
  );
  return rows[0] ?? null;
}

/** Uses a token up; the person's id, or null when it is unknown, used or expired. */
export async function redeemToken(
  db: Database,
  purpose: TokenPurpose,
  secret: string,
  now: Date,
): Promise<number | null> {
  const token = await findToken(db, purpose, secret, now);
  if (!token) return null;
  const sql = "UPDATE tokens SET used_at = :now WHERE id = :id AND used_at IS NULL";
  return (await update(db, sql, { id: token.id, now })) === 1 ? token.userId : null;
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
