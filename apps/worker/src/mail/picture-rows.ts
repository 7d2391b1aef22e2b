/** Pictures side by side, all of the same height, which fill a row from edge to edge. */
export type Row<Picture> = {
  cells: { picture: Picture; width: number; height: number; percent: number }[];
};

type Sized = { width: number; height: number };

/** What a mail can be wide in every program, less the margins of the layout. */
const fullWidth = 536;
const gap = 8;
/** Rows are made as near to that as can be. */
const idealHeight = 170;
/** One that stands alone is no higher than most windows. */
const maxHeight = 420;

/** For where a row breaks only: a thin strip is shown whole, but is not given a wall. */
const ratioOf = ({ width, height }: Sized) => Math.min(4, Math.max(0.4, width / height));

/** The breaks that keep all rows near the ideal height: the best of each beginning, from the first to all. */
export function layOutRows<Picture extends Sized>(pictures: readonly Picture[]): Row<Picture>[] {
  const best: { cost: number; rows: Picture[][] }[] = [{ cost: 0, rows: [] }];
  for (let end = 1; end <= pictures.length; end++) {
    const ways = best.slice(Math.max(0, end - 4)).map(({ cost, rows }, index) => {
      const row = pictures.slice(Math.max(0, end - 4) + index, end);
      return { cost: cost + (heightOf(row) - idealHeight) ** 2, rows: [...rows, row] };
    });
    best.push(ways.reduce((a, b) => (b.cost < a.cost ? b : a)));
  }
  return (best.at(-1)?.rows ?? []).map(fill);
}

function heightOf(row: readonly Sized[]): number {
  const ratios = row.reduce((sum, picture) => sum + ratioOf(picture), 0);
  return (fullWidth - gap * (row.length - 1)) / ratios;
}

function fill<Picture extends Sized>(row: readonly Picture[]): Row<Picture> {
  const height = Math.min(maxHeight, heightOf(row));
  return {
    cells: row.map((picture) => {
      const cell = ratioOf(picture) * height;
      const scale = Math.min(cell / picture.width, height / picture.height);
      return {
        picture,
        width: Math.max(1, Math.floor(picture.width * scale)),
        height: Math.max(1, Math.round(picture.height * scale)),
        percent: Math.floor((1_000 * cell) / fullWidth) / 10,
      };
    }),
  };
}
