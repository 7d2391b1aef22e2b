import type { BitWriter } from "./bit-writer.ts";

/**
 * The arithmetic coder of H.265 (9.3.4) for a stream whose only modelled bin is always 0, starting
 * from the model's middle: its state only climbs, and only one column of the range table is used.
 */
const unlikelyRange = [
  240, 227, 216, 205, 195, 185, 175, 166, 158, 150, 142, 135, 128, 122, 116, 110, 104, 99, 94, 89,
  85, 80, 76, 72, 69, 65, 62, 59, 56, 53, 50, 48, 45, 43, 41, 39, 37, 35, 33, 31, 30, 28, 27, 25,
  24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 14, 13, 12, 12, 11, 11, 10, 9,
];

export function constantBinCoder(bits: BitWriter) {
  let state = 0;
  let low = 0;
  let range = 510;
  let outstanding = 0;
  let isFirst = true;

  function put(bit: 0 | 1): void {
    if (!isFirst) bits.write(bit, 1);
    isFirst = false;
    for (; outstanding > 0; outstanding--) bits.write(1 - bit, 1);
  }

  function renormalise(): void {
    while (range < 256) {
      if (low < 256) put(0);
      else if (low >= 512) {
        low -= 512;
        put(1);
      } else {
        low -= 256;
        outstanding++;
      }
      range *= 2;
      low *= 2;
    }
  }

  return {
    /** Begins anew after uncompressed samples; what was learnt of the bin stays. */
    start(): void {
      low = 0;
      range = 510;
      outstanding = 0;
      isFirst = true;
    },
    zero(): void {
      range -= unlikelyRange[state] ?? 0;
      state = Math.min(state + 1, unlikelyRange.length - 1);
      renormalise();
    },
    terminate(isEnd: boolean): void {
      range -= 2;
      if (!isEnd) return renormalise();
      low += range;
      range = 2;
      renormalise();
      put(((low >> 9) & 1) === 1 ? 1 : 0);
      bits.write(((low >> 7) & 3) | 1, 2);
    },
  };
}
