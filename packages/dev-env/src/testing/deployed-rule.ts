import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { copyPlatformFiles } from "@tendril/deploy";

import { ROOT, type Tier } from "../apps/places.ts";
import { readConfigFiles } from "../platform/config-files.ts";
import type { Variables } from "../space/environment.ts";
import { readScalingRule } from "../fleet/scaling/read-rule.ts";
import type { ScalingRule } from "../fleet/scaling/rule.ts";

/** The rule of a tier, from the files that its bundle gets. */
export async function readDeployedRule(
  tier: Tier,
  environment: Variables = {},
): Promise<ScalingRule> {
  const folder = await mkdtemp(join(tmpdir(), "tendril-scaling-"));
  try {
    await copyPlatformFiles(ROOT, tier, folder);
    return readScalingRule(await readConfigFiles(folder, "eu-central-1"), environment);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
