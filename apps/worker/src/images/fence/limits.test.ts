import { expect, test } from "vitest";
import { imageLimits } from "./limits.ts";

const MiB = 1_024 * 1_024;

test.each([
  { machine: "t3.nano", megabytes: 448, slots: 2, share: 160, alone: 384 },
  { machine: "t3.micro", megabytes: 916, slots: 2, share: 202, alone: 404 },
  { machine: "t3.small", megabytes: 1_910, slots: 2, share: 699, alone: 1_398 },
  { machine: "t3.medium", megabytes: 3_836, slots: 2, share: 1_662, alone: 2_048 },
  { machine: "c7g.2xlarge", megabytes: 15_704, slots: 8, share: 1_899, alone: 2_048 },
  { machine: "a laptop", megabytes: 24_105, slots: 2, share: 2_048, alone: 2_048 },
])("$machine gives each photo $share MB, and $alone to one alone", (each) => {
  const limits = imageLimits({ bytes: each.megabytes * MiB, slots: each.slots });
  expect(limits).toMatchObject({
    slots: each.slots,
    shareBytes: each.share * MiB,
    aloneBytes: each.alone * MiB,
  });
});
