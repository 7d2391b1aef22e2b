import { createHash } from "node:crypto";

/** Numbers that look random and are the same for the same words. */
export type Random = {
  next(): number;
  between(from: number, to: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
};

/** Mulberry32, begun with a hash: runs with neighbouring seeds have nothing in common. */
export function seeded(...words: readonly (string | number)[]): Random {
  let state = createHash("sha256").update(words.join("\n")).digest().readUInt32LE(0);
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (from, to) => Math.round(from + next() * (to - from)),
    pick: (list) => list[Math.floor(next() * list.length)] ?? list[0],
  };
}
