import sharp, { type Sharp } from "sharp";

export type Colour = readonly [red: number, green: number, blue: number];
type Corner = "topLeft" | "topRight" | "bottomLeft" | "bottomRight";

/** Four colours, so that every way of turning or mirroring shows; muted, so that print can hold them. */
export const quadrantColours: Readonly<Record<Corner, Colour>> = {
  topLeft: [190, 70, 60],
  topRight: [70, 140, 80],
  bottomLeft: [60, 90, 150],
  bottomRight: [215, 190, 90],
};

export type Painting = { width: number; height: number; orientation?: number; grain?: number };

/**
 * The test picture, as a camera held in that EXIF orientation stores it. `width` and `height` are
 * those of the upright picture. `grain` is noise around the colours, to cost as much as a photo.
 */
export function quadrants(painting: Painting): Sharp {
  const { width, height, data } = paint(painting);
  return sharp(data, { raw: { width, height, channels: 3 } });
}

function paint({ width, height, orientation = 1, grain = 0 }: Painting) {
  const lying = orientation >= 5;
  const [columns, rows] = lying ? [height, width] : [width, height];
  const data = Buffer.alloc(columns * rows * 3);
  const axis = axes[orientation];
  if (!axis) throw new RangeError(`EXIF knows no orientation ${orientation}`);
  const noise = noiseTable(grain);
  let seed = 1;
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const right = isFar(axis.right, row, rows, column, columns);
      const low = isFar(axis.down, row, rows, column, columns);
      const colour = quadrantColours[corner(right, low)];
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      const shade = noise[seed >>> 22] ?? 0;
      data[at++] = colour[0] + shade;
      data[at++] = colour[1] + shade;
      data[at++] = colour[2] + shade;
    }
  }
  return { width: columns, height: rows, data };
}

/** EXIF says where the first row and the first column lie; these are its eight cases, read backwards. */
type Axis = "column" | "-column" | "row" | "-row";
const axes: Record<number, { right: Axis; down: Axis }> = {
  1: { right: "column", down: "row" },
  2: { right: "-column", down: "row" },
  3: { right: "-column", down: "-row" },
  4: { right: "column", down: "-row" },
  5: { right: "row", down: "column" },
  6: { right: "-row", down: "column" },
  7: { right: "-row", down: "-column" },
  8: { right: "row", down: "-column" },
};

function isFar(axis: Axis, row: number, rows: number, column: number, columns: number): boolean {
  if (axis === "column") return column * 2 >= columns;
  if (axis === "-column") return column * 2 < columns;
  return axis === "row" ? row * 2 >= rows : row * 2 < rows;
}

function corner(right: boolean, low: boolean): Corner {
  if (low) return right ? "bottomRight" : "bottomLeft";
  return right ? "topRight" : "topLeft";
}

function noiseTable(grain: number): Int8Array {
  return Int8Array.from({ length: 512 }, (_, index) => Math.round(((index / 511) * 2 - 1) * grain));
}
