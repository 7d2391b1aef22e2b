import { availableParallelism, totalmem } from "node:os";

const MiB = 1_024 * 1_024;

export type ImageLimits = {
  /** Photos in work at once. */
  slots: number;
  /** For each of them, beside others. */
  shareBytes: number;
  /** For one that needs more than its share, and is then in work alone. */
  aloneBytes: number;
  /** Processor time of a photo; one that takes more is at fault. */
  computingMs: number;
  /** Wall time, less than the job's: one that is not ready by then was hindered, and is tried again. */
  photoMs: number;
  /** A child that holds more than this after a photo is replaced. */
  restingBytes: number;
  /** After so many photos a child is replaced, whatever it holds. */
  photosPerChild: number;
};

/** What the rest of a small instance lives on: the system, nginx, the platform's agents, the worker itself. */
const forOthers = 512 * MiB;
/** Below these, ordinary photos would be tried twice, and many fail. */
const leastShare = 160 * MiB;
const leastAlone = 384 * MiB;
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
    aloneBytes: within(Math.max(shareBytes, leastAlone), spare, most),
    computingMs: 30_000,
    photoMs: 90_000,
    restingBytes: 192 * MiB,
    photosPerChild: 500,
  };
}

const within = (least: number, value: number, most: number) =>
  Math.floor(Math.min(Math.max(value, least), most));
