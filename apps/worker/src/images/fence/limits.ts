import { availableParallelism, totalmem } from "node:os";

const MiB = 1_024 * 1_024;

export type ImageLimits = {
  /** Photos in work at once. */
  slots: number;
  /** For each of them, beside others. */
  shareBytes: number;
  /** For one that needs more than its share, and is then in work alone. */
  aloneBytes: number;
  /** Wall time of a photo, from the child's first byte to its last. */
  photoMs: number;
  /** A child that holds more than this after a photo is replaced. */
  restingBytes: number;
  /** After so many photos a child is replaced, whatever it holds. */
  photosPerChild: number;
};

/** What the rest of a small instance lives on: the system, nginx, the platform's agents, the worker itself. */
const forOthers = 512 * MiB;
/** Below it, ordinary photos would fail. */
const leastShare = 256 * MiB;
/** No picture within the limit of pixels needs more: see ADR 0007. */
const most = 2_048 * MiB;

/** Memory as this machine, or the container, has it. */
function machineBytes(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

export function imageLimits(
  machine = { bytes: machineBytes(), slots: availableParallelism() },
): ImageLimits {
  const { bytes, slots } = machine;
  const spare = bytes - forOthers;
  const shareBytes = within(leastShare, spare / slots, most);
  return {
    slots,
    shareBytes,
    aloneBytes: within(shareBytes, spare, most),
    photoMs: 60_000,
    restingBytes: 192 * MiB,
    photosPerChild: 500,
  };
}

const within = (least: number, value: number, most: number) =>
  Math.floor(Math.min(Math.max(value, least), most));
