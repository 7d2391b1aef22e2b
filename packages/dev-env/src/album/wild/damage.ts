import type { Random } from "./random.ts";

type Damage = (bytes: Buffer, random: Random) => Buffer;

/** What cards, lines, programs and people do to files. */
export const damages: Readonly<Record<string, Damage>> = {
  "cut in its header": (bytes, random) => bytes.subarray(0, random.between(13, 100)),
  "cut early": (bytes, random) => bytes.subarray(0, part(bytes, random, 0.1, 0.4)),
  "cut late": (bytes, random) => bytes.subarray(0, part(bytes, random, 0.5, 0.98)),
  "cut before its last bytes": (bytes, random) => bytes.subarray(0, -random.between(1, 12)),
  "with one bit turned": (bytes, random) => {
    const at = random.between(12, bytes.length);
    return changed(bytes, at, (value) => value ^ (1 << random.between(0, 8)));
  },
  "with ten bytes changed": (bytes, random) => scattered(bytes, random, 10),
  "with a hundred bytes changed": (bytes, random) => scattered(bytes, random, 100),
  "with its header shaken": (bytes, random) => {
    let shaken = bytes;
    for (let count = 0; count < 4; count++)
      shaken = changed(shaken, random.between(12, Math.min(200, bytes.length)), () =>
        random.between(0, 256),
      );
    return shaken;
  },
  "with a block of zeros": (bytes, random) => {
    const at = part(bytes, random, 0.2, 0.8);
    return Buffer.from(bytes).fill(0, at, at + Math.ceil(bytes.length / 10));
  },
  "with a piece missing": (bytes, random) => {
    const at = part(bytes, random, 0.2, 0.8);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.between(1, 200))]);
  },
};

function part({ length }: Buffer, random: Random, from: number, to: number): number {
  return random.between(Math.floor(length * from), Math.floor(length * to));
}

function scattered(bytes: Buffer, random: Random, count: number): Buffer {
  let damaged = bytes;
  for (let done = 0; done < count; done++)
    damaged = changed(damaged, random.between(12, bytes.length), () => random.between(0, 256));
  return damaged;
}

function changed(bytes: Buffer, at: number, change: (value: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = change(copy[at] ?? 0);
  return copy;
}
