import { DataTypes, Op, UniqueConstraintError, type Optional, type Sequelize } from "sequelize";

import { isAscii, plain, select, update, type Database, type Table } from "../database.ts";
import { isThere } from "./people.ts";

export const digests = ["off", "daily", "weekly"] as const;
export type Digest = (typeof digests)[number];

export type UserRow = {
  id: number;
  username: string;
  email: string;
  passwordHash: string;
  displayName: string;
  bio: string | null;
  role: "member" | "operator";
  emailVerifiedAt: Date | null;
  /** Becomes the address when the link that was sent there is followed. */
  wantedEmail: string | null;
  suspendedAt: Date | null;
  suspendedReason: string | null;
  deletedAt: Date | null;
  /** IANA name; null until it is known. */
  timeZone: string | null;
  digest: Digest;
  /** When the next digest is due; null until it was worked out. */
  digestDueAt: Date | null;
  /** Photos published until then were in a digest, or too old for the first. */
  digestUntil: Date | null;
  createdAt: Date;
};

type NewUser = Optional<
  UserRow,
  | "id"
  | "bio"
  | "role"
  | "emailVerifiedAt"
  | "wantedEmail"
  | "suspendedAt"
  | "suspendedReason"
  | "deletedAt"
  | "timeZone"
  | "digest"
  | "digestDueAt"
  | "digestUntil"
  | "createdAt"
>;

export function defineUsers(sequelize: Sequelize): Table<UserRow, NewUser> {
  return sequelize.define("users", {
    id: { type: DataTypes.BIGINT.UNSIGNED, primaryKey: true, autoIncrement: true },
    username: { type: DataTypes.STRING(30), allowNull: false },
    email: { type: DataTypes.STRING(254), allowNull: false },
    passwordHash: { type: DataTypes.STRING(255), allowNull: false },
    displayName: { type: DataTypes.STRING(60), allowNull: false },
    bio: DataTypes.STRING(500),
    role: { type: DataTypes.ENUM("member", "operator"), allowNull: false, defaultValue: "member" },
    emailVerifiedAt: DataTypes.DATE(3),
    wantedEmail: DataTypes.STRING(254),
    suspendedAt: DataTypes.DATE(3),
    suspendedReason: DataTypes.STRING(500),
    deletedAt: DataTypes.DATE(3),
    timeZone: DataTypes.STRING(64),
    digest: { type: DataTypes.ENUM(...digests), allowNull: false, defaultValue: "weekly" },
    digestDueAt: DataTypes.DATE(3),
    digestUntil: DataTypes.DATE(3),
    createdAt: { type: DataTypes.DATE(3), allowNull: false, defaultValue: DataTypes.NOW },
  });
}

/** Which of the two unique columns is taken already, or the new person's id. */
export type InsertedUser = { id: number } | { taken: "username" | "email" };

export async function insertUser(
  db: Database,
  user: Pick<UserRow, "username" | "email" | "passwordHash" | "displayName"> &
    Partial<Pick<UserRow, "timeZone">>,
): Promise<InsertedUser> {
  try {
    return {
      id: plain(await db.tables.users.create(user, { transaction: db.options.transaction ?? null }))
        .id,
    };
  } catch (error) {
    if (!(error instanceof UniqueConstraintError)) throw error;
    return {
      taken: "users_email" in error.fields || "email" in error.fields ? "email" : "username",
    };
  }
}

/** By user name or e-mail address, whichever the person typed. */
export async function findUserByLogin(db: Database, login: string): Promise<UserRow | null> {
  const user = await db.tables.users.findOne({
    ...db.options,
    where: {
      deletedAt: null,
      [Op.or]: [...(isAscii(login) ? [{ username: login }] : []), { email: login }],
    },
  });
  return user && plain(user);
}

export async function findUserByUsername(db: Database, username: string): Promise<UserRow | null> {
  if (!isAscii(username)) return null;
  const user = await db.tables.users.findOne({
    ...db.options,
    where: { username, deletedAt: null, suspendedAt: null },
  });
  return user && plain(user);
}

/** Those of the names that somebody goes by, as they write them; names in small letters. */
export async function findPeopleByUsernames(
  db: Database,
  names: readonly string[],
): Promise<{ id: number; username: string }[]> {
  if (names.length === 0) return [];
  return select<{ id: number; username: string }>(
    db,
    `SELECT u.id, u.username FROM users u WHERE u.username IN (:names) AND ${isThere}`,
    { names: [...names] },
  );
}

export async function findUserById(db: Database, id: number): Promise<UserRow | null> {
  const user = await db.tables.users.findOne({ ...db.options, where: { id, deletedAt: null } });
  return user && plain(user);
}

/** The address is proven once; false when it was proven before. */
export async function findUsernames(
  db: Database,
  ids: readonly number[],
): Promise<Pick<UserRow, "id" | "username">[]> {
  if (ids.length === 0) return [];
  return select(db, "SELECT id, username FROM users WHERE id IN (:ids)", { ids });
}

export async function markEmailVerified(db: Database, id: number, at: Date): Promise<boolean> {
  const sql =
    "UPDATE users SET email_verified_at = :at WHERE id = :id AND email_verified_at IS NULL";
  return (await update(db, sql, { id, at })) === 1;
}

/** A change of the address that was asked for under the old password is off. */
export async function setPasswordHash(
  db: Database,
  id: number,
  passwordHash: string,
): Promise<void> {
  const sql = "UPDATE users SET password_hash = :passwordHash, wanted_email = NULL WHERE id = :id";
  await update(db, sql, { id, passwordHash });
}

/** Whether it is still the person's; then it stays so until the transaction ends. */
export async function holdPasswordHash(
  tx: Database,
  id: number,
  passwordHash: string,
): Promise<boolean> {
  const sql =
    "SELECT id FROM users WHERE id = :id AND password_hash = :passwordHash LOCK IN SHARE MODE";
  return (await select(tx, sql, { id, passwordHash })).length > 0;
}

/** Null when none is wanted any more. */
export async function setWantedEmail(
  db: Database,
  id: number,
  email: string | null,
): Promise<void> {
  await update(db, "UPDATE users SET wanted_email = :email WHERE id = :id", { id, email });
}

/** An address that is proven takes the place of the one before, unless somebody else has it. */
export async function replaceEmail(
  db: Database,
  id: number,
  email: string,
  at: Date,
): Promise<"replaced" | "taken"> {
  const sql = `UPDATE users SET email = :email, email_verified_at = :at, wanted_email = NULL
                WHERE id = :id`;
  try {
    await update(db, sql, { id, email, at });
    return "replaced";
  } catch (error) {
    if (error instanceof UniqueConstraintError) return "taken";
    throw error;
  }
}

/** When the next digest is due is worked out anew where something has changed. */
export async function saveDigestSettings(
  db: Database,
  id: number,
  { digest, timeZone }: Pick<UserRow, "digest" | "timeZone">,
): Promise<void> {
  // What compares comes first: assignments see what those to their left have done.
  const sql = `UPDATE users SET
      digest_due_at = IF(digest = :digest AND time_zone <=> :timeZone, digest_due_at, NULL),
      digest = :digest, time_zone = :timeZone WHERE id = :id`;
  await update(db, sql, { id, digest, timeZone });
}

export async function saveProfile(
  db: Database,
  id: number,
  { displayName, bio }: { displayName: string; bio: string },
): Promise<void> {
  const sql = "UPDATE users SET display_name = :displayName, bio = NULLIF(:bio, '') WHERE id = :id";
  await update(db, sql, { id, displayName, bio });
}
