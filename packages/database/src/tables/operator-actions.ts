import { DataTypes, Op, type Optional, type Sequelize } from "sequelize";

import { plain, select, type Database, type Table } from "../database.ts";

export const actionSubjects = [
  "letter",
  "job",
  "queue",
  "task",
  "user",
  "photo",
  "report",
  "redrive",
] as const;

/** What an operator did, to what, and why; never changed and never purged. */
export type OperatorActionRow = {
  id: number;
  at: Date;
  operatorId: number | null;
  operator: string;
  action: string;
  subjectKind: (typeof actionSubjects)[number];
  subjectId: string;
  reason: string;
  /** JSON, where something changed. */
  before: string | null;
  after: string | null;
};
export type NewOperatorAction = Optional<OperatorActionRow, "id">;

/** Characters that the columns hold. */
const longest = { operator: 100, reason: 500 };

export function defineOperatorActions(
  sequelize: Sequelize,
): Table<OperatorActionRow, NewOperatorAction> {
  return sequelize.define("operator_actions", {
    id: { type: DataTypes.BIGINT.UNSIGNED, primaryKey: true, autoIncrement: true },
    at: { type: DataTypes.DATE(3), allowNull: false },
    operatorId: DataTypes.BIGINT.UNSIGNED,
    operator: { type: DataTypes.STRING(longest.operator), allowNull: false },
    action: { type: DataTypes.STRING(40), allowNull: false },
    subjectKind: { type: DataTypes.ENUM(...actionSubjects), allowNull: false },
    subjectId: { type: DataTypes.STRING(100), allowNull: false },
    reason: { type: DataTypes.STRING(longest.reason), allowNull: false },
    before: { type: DataTypes.TEXT("medium"), field: "before_value" },
    after: { type: DataTypes.TEXT("medium"), field: "after_value" },
  });
}

export async function insertOperatorActions(
  db: Database,
  rows: readonly NewOperatorAction[],
): Promise<void> {
  const fitting = rows.map((row) => ({
    ...row,
    operator: row.operator.slice(0, longest.operator),
    reason: row.reason.slice(0, longest.reason),
  }));
  const transaction = db.options.transaction ?? null;
  await db.tables.operatorActions.bulkCreate(fitting, { transaction });
}

export type ActionSubject = {
  kind: OperatorActionRow["subjectKind"];
  /** Of one thing; of all of its kind, if not said. */
  id?: string | undefined;
};

/** Newest first; of one thing, of one kind, or of all. `before`: those older than the action with this id. */
export async function findOperatorActions(
  db: Database,
  { subject, before, limit }: { subject?: ActionSubject; before?: number; limit: number },
): Promise<OperatorActionRow[]> {
  const where = {
    ...(subject && { subjectKind: subject.kind }),
    ...(subject?.id !== undefined && { subjectId: subject.id }),
    ...(before !== undefined && { id: { [Op.lt]: before } }),
  };
  const order: [string, string][] = [["id", "DESC"]];
  return (await db.tables.operatorActions.findAll({ ...db.options, where, order, limit })).map(
    plain,
  );
}

export type LastAction = Pick<
  OperatorActionRow,
  "subjectId" | "at" | "operatorId" | "operator" | "action" | "reason"
>;

/** What was done last to each of these things. */
export async function findLastActions(
  db: Database,
  kind: OperatorActionRow["subjectKind"],
  ids: readonly string[],
): Promise<LastAction[]> {
  if (ids.length === 0) return [];
  return select<LastAction>(
    db,
    `SELECT subject_id AS subjectId, at, operator_id AS operatorId, operator, action, reason
      FROM operator_actions WHERE id IN (SELECT MAX(id) FROM operator_actions
        WHERE subject_kind = :kind AND subject_id IN (:ids) GROUP BY subject_id)`,
    { kind, ids },
  );
}

const columns = `a.id, a.at, a.operator_id AS operatorId, a.operator, a.action, a.subject_kind AS subjectKind,
  a.subject_id AS subjectId, a.reason, a.before_value AS \`before\`, a.after_value AS \`after\``;

/** What was done about somebody and about their photos, newest first. */
export function findActionsAboutPerson(
  db: Database,
  { id, username, limit }: { id: number; username: string; limit: number },
): Promise<OperatorActionRow[]> {
  const sql = `(SELECT ${columns} FROM operator_actions a
      WHERE a.subject_kind = 'user' AND a.subject_id = :username ORDER BY a.id DESC LIMIT :limit)
    UNION ALL
    (SELECT ${columns} FROM photos p
      JOIN operator_actions a ON a.subject_kind = 'photo' AND a.subject_id = p.slug
      WHERE p.user_id = :id ORDER BY a.id DESC LIMIT :limit)
    ORDER BY id DESC LIMIT :limit`;
  return select(db, sql, { id, username, limit });
}
