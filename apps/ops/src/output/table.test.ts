import { expect, test } from "vitest";

import { table, type Column } from "./table.ts";

type Row = { id: number; at: Date; error: string };
const columns: readonly Column<Row>[] = [
  { head: "ID", of: ({ id }) => id, right: true },
  { head: "DIED", of: ({ at }) => at },
  { head: "ERROR", of: ({ error }) => error },
];
const now = new Date("2026-11-21T12:00:00Z");
const rows = [
  { id: 10, at: new Date("2026-11-21T06:10:05Z"), error: "550 no such user\nfinn" },
  { id: 9, at: new Date("2026-11-20T06:10:05Z"), error: "550" },
];

test("a table that fits is one line for each row", () => {
  expect(table(rows, columns, 80, now)).toEqual([
    "ID  DIED                 ERROR",
    "10  2026-11-21 06:10:05  550 no such user finn",
    " 9  2026-11-20 06:10:05  550",
  ]);
});

test("on a narrower terminal times are shorter, then text goes below; nothing is cut", () => {
  expect(table(rows, columns, 40, now)).toEqual([
    "ID  DIED         ERROR",
    "10  06:10:05     550 no such user finn",
    " 9  11-20 06:10  550",
  ]);
  expect(table(rows, columns, 20, now)).toEqual([
    "ID  DIED",
    "    ERROR",
    "10  06:10:05",
    "    550 no such user",
    "    finn",
    " 9  11-20 06:10",
    "    550",
  ]);
  expect(table(rows, columns, 8, now).join("")).not.toContain("…");
});
