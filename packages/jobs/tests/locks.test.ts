import { markDispatched, transaction, type Database } from "@tendril/database";
import { QueryTypes } from "sequelize";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { openLedger, type TestLedger } from "./_ledger.ts";

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger?.[Symbol.asyncDispose]());

const one = async (db: Database, sql: string) =>
  z
    .tuple([z.object({ value: z.coerce.string() })])
    .parse(await db.sequelize.query(sql, { ...db.options, type: QueryTypes.SELECT }))[0].value;

test("everything reads what is committed, inside a transaction and outside", async () => {
  const sql = "SELECT @@tx_isolation AS value";
  expect(await one(ledger.db, sql)).toBe("READ-COMMITTED");
  expect(await transaction(ledger.db, (tx) => one(tx, sql))).toBe("READ-COMMITTED");
});

/** Resolves when a statement of this database waits for a lock. */
const untilBlocked = () =>
  expect
    .poll(
      () =>
        one(
          ledger.db,
          `SELECT COUNT(*) AS value FROM information_schema.PROCESSLIST
            WHERE DB = DATABASE() AND STATE = 'Updating'`,
        ),
      { interval: 10 },
    )
    .toBe("1");

test("a single statement is tried again after a deadlock", async () => {
  for (let count = 0; count < 20; count++) await ledger.enqueue();
  const rows = await ledger.db.tables.jobs.findAll({ order: ["id"], limit: 2 });
  const [first, second] = rows.map((row) => row.get());
  if (!first || !second) throw new Error("There are no jobs");
  const at = ledger.clock.at;

  let marking: Promise<void> | undefined;
  await transaction(ledger.db, async (tx) => {
    const touch = (where: string) =>
      tx.sequelize.query(`UPDATE jobs SET worker = 'busy' WHERE id ${where} '${first.id}'`, {
        ...tx.options,
      });
    // It changes more rows than the other: so the other one is rolled back.
    await touch("<>");
    marking ??= markDispatched(ledger.db, [first, second], at);
    await untilBlocked();
    await touch("=");
  });
  await marking;
  for (const { id } of [first, second])
    expect(await ledger.row({ id })).toMatchObject({ worker: "busy", dispatchedAt: at });
});
