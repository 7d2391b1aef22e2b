import { describe, expect, test } from "vitest";

import { layOutRows } from "./picture-rows.ts";

const sizes: Record<string, [number, number]> = {
  wide: [1600, 1067],
  tall: [1067, 1600],
  square: [1000, 1000],
  panorama: [6000, 900],
  strip: [8192, 1],
  pillar: [1, 8192],
  tiny: [12, 8],
};
const pictures = (...names: string[]) =>
  names.map((name) => {
    const [width = 0, height = 0] = sizes[name] ?? [];
    return { name, width, height };
  });
const mixed = pictures(
  "wide",
  "tall",
  "square",
  "wide",
  "panorama",
  "tall",
  "tall",
  "wide",
  "tiny",
);

describe("pictures in a mail", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("keep their order and their shape: %i", (count) => {
    const rows = layOutRows(mixed.slice(0, count));
    const cells = rows.flatMap(({ cells }) => cells);
    expect(cells.map(({ picture }) => picture)).toEqual(mixed.slice(0, count));
    for (const { picture, width, height } of cells)
      expect(Math.abs(width / height - picture.width / picture.height)).toBeLessThan(0.1);
  });

  test("never make a row wider than a mail, and fill it to the edge but for a pixel each", () => {
    for (let count = 2; count <= 9; count++) {
      const rows = layOutRows(mixed.filter(({ name }) => name !== "panorama").slice(0, count));
      for (const { cells } of rows.filter(({ cells }) => cells.length > 1)) {
        const width = cells.reduce((sum, cell) => sum + cell.width, 8 * (cells.length - 1));
        expect(width).toBeLessThanOrEqual(536);
        expect(width).toBeGreaterThan(536 - 2 * cells.length);
      }
    }
  });

  test("stand four in a row at most, and as even as can be", () => {
    const rows = layOutRows(pictures(...Array<string>(6).fill("wide")));
    expect(rows.map(({ cells }) => cells.length)).toEqual([2, 2, 2]);
    const tall = layOutRows(pictures(...Array<string>(8).fill("tall")));
    expect(tall.map(({ cells }) => cells.length)).toEqual([4, 4]);
  });

  test.each(["tall", "strip", "pillar", "tiny", "panorama"])(
    "fit also when it is one alone: %s",
    (name) => {
      const [row] = layOutRows(pictures(name));
      const [cell] = row?.cells ?? [];
      expect(cell?.width).toBeGreaterThanOrEqual(1);
      expect(cell?.height).toBeGreaterThanOrEqual(1);
      expect(cell?.width).toBeLessThanOrEqual(536);
      expect(cell?.height).toBeLessThanOrEqual(420);
    },
  );

  test("are none where there are none", () => {
    expect(layOutRows([])).toEqual([]);
  });
});
