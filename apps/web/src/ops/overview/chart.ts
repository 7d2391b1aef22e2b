import type { Series } from "@tendril/operations";
import { area, curveMonotoneX, line } from "d3-shape";

/** For the partial `ops/overview/views/_chart`: a small picture, and all that it says in words. */
export type Chart = {
  label: string;
  now: string;
  most: string;
  title: string;
  width: number;
  height: number;
  areaPath: string;
  linePath: string;
};

type Drawing = {
  label: string;
  /** What it is a chart of. */
  subject: string;
  spell: (value: number) => string;
  /** The height of the chart is worth at least that: little must not look like much. */
  atLeast: number;
  now: number | null;
  /** In words, when the value at this index was. */
  at: (index: number) => string;
  since: string;
};

const size = { width: 288, height: 56 };
/** Room for half a stroke above. */
const padding = 2;

export function drawChart(
  series: Series,
  { label, subject, spell, atLeast, now, at, since }: Drawing,
): Chart {
  const { width, height } = size;
  const most = Math.max(0, ...series.map((value) => value ?? 0));
  const index = series.findLastIndex((value) => value === most);
  const top = Math.max(most, atLeast);
  const x = (_: number | null, index: number) =>
    rounded((index * width) / Math.max(1, series.length - 1));
  const y = (value: number | null) => rounded(height - ((value ?? 0) / top) * (height - padding));
  const isKnown = (value: number | null) => value !== null;
  const drawArea = area<number | null>(x, height, y).defined(isKnown).curve(curveMonotoneX);
  const drawLine = line<number | null>(x, y).defined(isKnown).curve(curveMonotoneX);
  const known = series.some(isKnown);
  const words = {
    now: now === null ? "unknown" : spell(now),
    most: !known ? "no samples" : most === 0 ? "none" : `at most ${spell(most)}, ${at(index)}`,
  };
  return {
    label,
    ...words,
    title: `${subject}: ${label.toLowerCase()} since ${since}. Now ${words.now}; ${words.most}.`,
    ...size,
    areaPath: drawArea(series) ?? "",
    linePath: drawLine(series) ?? "",
  };
}

const rounded = (value: number) => Math.round(value * 10) / 10;
