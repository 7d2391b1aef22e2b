import { existsSync } from "node:fs";
import { mkdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import { buildBundle, hostArchitecture, unzip } from "@tendril/deploy";

import { ROOT, type Tier } from "../apps/places.ts";
import { until } from "../wait.ts";

/** A tier's bundle for this machine, built and unzipped once for a whole run: by whoever asks first. */
export async function builtBundle({ dataDir }: { dataDir: string }, tier: Tier): Promise<string> {
  const target = join(dataDir, "bundles", tier);
  const lock = `${target}.lock`;
  await mkdir(dirname(target), { recursive: true });
  const isMine = () =>
    mkdir(lock).then(
      () => true,
      () => undefined,
    );
  // A build that failed leaves neither lock nor bundle: then the next one tries.
  await until(async () => existsSync(target) || (await isMine()), {
    timeout: 180_000,
    every: 200,
    failure: () => `The bundle of ${tier} is not built after three minutes`,
  });
  if (existsSync(target)) return target;
  try {
    const zip = `${target}.zip`;
    await buildBundle({ root: ROOT, tier, architecture: hostArchitecture(), target: zip });
    const draft = `${target}.part`;
    await rm(draft, { recursive: true, force: true });
    await unzip(zip, draft);
    await rename(draft, target);
  } finally {
    await rmdir(lock);
  }
  return target;
}
