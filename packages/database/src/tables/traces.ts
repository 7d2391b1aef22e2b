import { DataTypes, type Sequelize } from "sequelize";

import { isAscii, plain, type Database, type Table } from "../database.ts";

/** A request or an operator's command from which jobs followed: where their journey began. */
export type TraceRow = {
  /** The request's id; the trace of all those jobs. */
  id: string;
  kind: "request" | "command";
  /** `POST /upload`, `photo hide`. */
  what: string;
  instance: string;
  release: string;
  startedAt: Date;
  /** When the first of its jobs was written, and when the last transaction with jobs was committed. */
  wroteAt: Date;
  committedAt: Date;
  endedAt: Date;
  /** What a request was answered with. */
  status: number | null;
};

/** Characters that the columns hold. */
const longest = { what: 200, instance: 100, release: 64 };

export function defineTraces(sequelize: Sequelize): Table<TraceRow, TraceRow> {
  return sequelize.define("traces", {
    id: { type: DataTypes.STRING(64), primaryKey: true },
    kind: { type: DataTypes.ENUM("request", "command"), allowNull: false },
    what: { type: DataTypes.STRING(longest.what), allowNull: false },
    instance: { type: DataTypes.STRING(longest.instance), allowNull: false },
    release: { type: DataTypes.STRING(longest.release), allowNull: false, field: "release_name" },
    startedAt: { type: DataTypes.DATE(3), allowNull: false },
    wroteAt: { type: DataTypes.DATE(3), allowNull: false },
    committedAt: { type: DataTypes.DATE(3), allowNull: false },
    endedAt: { type: DataTypes.DATE(3), allowNull: false },
    status: DataTypes.SMALLINT.UNSIGNED,
  });
}

export async function insertTraces(db: Database, traces: readonly TraceRow[]): Promise<void> {
  if (traces.length === 0) return;
  const rows = traces.map((trace) => ({
    ...trace,
    what: trace.what.slice(0, longest.what),
    instance: trace.instance.slice(0, longest.instance),
    release: trace.release.slice(0, longest.release),
  }));
  const transaction = db.options.transaction ?? null;
  await db.tables.traces.bulkCreate(rows, { transaction, ignoreDuplicates: true });
}

export async function findTraceRow(db: Database, id: string): Promise<TraceRow | null> {
  if (!isAscii(id)) return null;
  const trace = await db.tables.traces.findByPk(id, db.options);
  return trace && plain(trace);
}
