/** How one column is made from a row. The last column may be cut to what the terminal has left. */
export type Column<Row> = {
  head: string;
  of: (row: Row) => string | number | null;
  right?: true;
};

const gap = "  ";

/** Lines of equal columns under their heads. `columns` is the terminal's width. */
export function table<Row>(
  rows: readonly Row[],
  shape: readonly Column<Row>[],
  columns: number,
): string[] {
  const cells = rows.map((row) => shape.map(({ of }) => oneLine(of(row))));
  const all = [shape.map(({ head }) => head), ...cells];
  const widths = shape.map((_, index) => Math.max(...all.map((row) => row[index]?.length ?? 0)));
  return all.map((row) => {
    const padded = row.map((cell, index) =>
      shape[index]?.right ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
    );
    const line = padded.join(gap).trimEnd();
    return line.length > columns ? `${line.slice(0, columns - 1)}…` : line;
  });
}

function oneLine(value: string | number | null): string {
  return value === null ? "-" : String(value).replace(/\s+/g, " ");
}
