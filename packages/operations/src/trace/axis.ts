import type { Span, SpanKind } from "./spans.ts";

/** Stretches in which something is done; all others are waits. */
const work: ReadonlySet<SpanKind> = new Set(["request", "transaction", "answer", "attempt"]);

/** A wait longer than all work together, and than this, is drawn shorter than it was. */
const shortestCutMs = 1_000;

/** What a wait that was cut takes of the axis, as a share of all work. */
const cutShare = 0.25;

export type AxisPiece = {
  from: Date;
  to: Date;
  /** Where it begins and ends on the axis, from 0 to 1. */
  start: number;
  end: number;
  /** Drawn shorter than it was: hours of waiting would leave no room for milliseconds of work. */
  cut: boolean;
};

export type Axis = {
  pieces: AxisPiece[];
  /** From 0 to 1. */
  position(at: Date): number;
};

/** The one axis of all spans of a journey. `marks` are moments that must be on it, too. */
export function createAxis(spans: readonly Span[], marks: readonly Date[], now: Date): Axis {
  const ends = spans.flatMap(({ from, to }) => [from.getTime(), (to ?? now).getTime()]);
  const moments = [...new Set([...ends, ...marks.map((at) => at.getTime())])].sort((a, b) => a - b);
  const working = spans
    .filter(({ kind }) => work.has(kind))
    .map(({ from, to }) => [from.getTime(), (to ?? now).getTime()] as const);
  const isWork = (from: number, to: number) =>
    working.some(([start, end]) => start <= from && end >= to);

  const stretches = moments.slice(1).map((to, index) => {
    const from = moments[index] ?? to;
    return { from, to, busy: isWork(from, to) };
  });
  const merged = mergeNeighbours(stretches);
  const workMs = sum(merged.map(({ from, to, busy }) => (busy ? to - from : 0)));
  const cutAbove = Math.max(shortestCutMs, workMs);
  const sized = merged.map((stretch) => {
    const ms = stretch.to - stretch.from;
    const cut = !stretch.busy && ms > cutAbove;
    return { ...stretch, cut, size: cut ? Math.max(1, workMs * cutShare) : ms };
  });
  const total = sum(sized.map(({ size }) => size)) || 1;
  let start = 0;
  const pieces = sized.map(({ from, to, cut, size }) => {
    const piece = { from: new Date(from), to: new Date(to), start, end: start + size / total, cut };
    start = piece.end;
    return piece;
  });
  return { pieces, position: (at) => positionIn(pieces, at.getTime()) };
}

type Stretch = { from: number; to: number; busy: boolean };

function mergeNeighbours(stretches: readonly Stretch[]): Stretch[] {
  const merged: Stretch[] = [];
  for (const stretch of stretches) {
    const last = merged.at(-1);
    if (last && last.busy === stretch.busy) last.to = stretch.to;
    else merged.push({ ...stretch });
  }
  return merged;
}

function positionIn(pieces: readonly AxisPiece[], ms: number): number {
  const piece = pieces.find(({ to }) => to.getTime() >= ms) ?? pieces.at(-1);
  if (!piece) return 0;
  const length = piece.to.getTime() - piece.from.getTime() || 1;
  const part = Math.min(1, Math.max(0, (ms - piece.from.getTime()) / length));
  return piece.start + (piece.end - piece.start) * part;
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0);
