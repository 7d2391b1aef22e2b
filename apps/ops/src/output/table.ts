import { shortWhen, when } from "./words.ts";

/** How one column is made from a row. */
export type Column<Row> = {
  head: string;
  of: (row: Row) => string | number | Date | null;
  right?: true;
};

const gap = "  ";
const indent = "    ";
const between = " · ";

/**
 * Lines of equal columns under their heads. `columns` is the terminal's width. What it is too narrow for is not cut:
 * times of today lose their date, then the last columns go to lines of their own, below the others.
 */
export function table<Row>(
  rows: readonly Row[],
  shape: readonly Column<Row>[],
  columns: number,
  now = new Date(),
): string[] {
  const cellsWith = (time: (at: Date) => string) => [
    shape.map(({ head }) => head),
    ...rows.map((row) => shape.map(({ of }) => oneLine(of(row), time))),
  ];
  const full = cellsWith(when);
  if (widthOf(full) <= columns) return full.map((row) => line(row, full, shape));
  const all = cellsWith((at) => shortWhen(at, now));
  let beside = shape.length;
  while (beside > 1 && widthOf(all, beside) > columns) beside -= 1;
  return all.flatMap((row) => [
    ...wrap(line(row.slice(0, beside), all, shape), columns, ""),
    ...(beside < row.length ? wrap(row.slice(beside).join(between), columns, indent) : []),
  ]);
}

type Cells = readonly (readonly string[])[];

const widest = (rows: Cells, index: number) =>
  Math.max(...rows.map((row) => row[index]?.length ?? 0));

function widthOf(rows: Cells, count = rows[0]?.length ?? 0): number {
  const widths = Array.from({ length: count }, (_, index) => widest(rows, index));
  return widths.reduce((sum, width) => sum + width, gap.length * (count - 1));
}

function line(row: readonly string[], all: Cells, shape: readonly { right?: true }[]): string {
  const padded = row.map((cell, index) =>
    shape[index]?.right ? cell.padStart(widest(all, index)) : cell.padEnd(widest(all, index)),
  );
  return padded.join(gap).trimEnd();
}

/** At spaces where there are some. */
export function wrap(text: string, columns: number, before: string): string[] {
  const width = Math.max(1, columns - before.length);
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const end = space > 0 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest].map((each) => before + each);
}

function oneLine(value: string | number | Date | null, time: (at: Date) => string): string {
  if (value instanceof Date) return time(value);
  return value === null || value === "" ? "-" : String(value).replace(/\s+/g, " ");
}
