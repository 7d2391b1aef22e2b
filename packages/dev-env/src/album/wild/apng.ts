import { chunk } from "../bombs.ts";

/** A still PNG as one that shows its picture twice: what APNG adds, readers of PNG skip. */
export function animatedPng(still: Buffer): Buffer {
  const [width, height] = [still.readUInt32BE(16), still.readUInt32BE(20)];
  const start = still.indexOf("IDAT") - 4;
  const end = still.indexOf("IEND") - 4;
  const length = still.readUInt32BE(start);
  const picture = still.subarray(start + 8, start + 8 + length);
  return Buffer.concat([
    still.subarray(0, start),
    chunk("acTL", words(2, 0)),
    chunk("fcTL", frame(0, width, height)),
    still.subarray(start, end),
    chunk("fcTL", frame(1, width, height)),
    chunk("fdAT", Buffer.concat([words(2), picture])),
    still.subarray(end),
  ]);
}

function frame(sequence: number, width: number, height: number): Buffer {
  const tenthOfASecond = Buffer.from([0, 1, 0, 10, 0, 0]);
  return Buffer.concat([words(sequence, width, height, 0, 0), tenthOfASecond]);
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}
