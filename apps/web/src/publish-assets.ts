import { days, readEnvironment, runOnce } from "@tendril/runtime";
import {
  connectStorage,
  putAsset,
  removeOldAssets,
  storageConfig,
  storageVariables,
} from "@tendril/storage";

import { environment } from "./config.ts";
import { loadAssets } from "./http/assets.ts";

/** Pages of the release before, and those that people have open, go on asking for its assets. */
const keptMs = days(30);
const tries = 3;

// What the leader of a web deployment runs before new pages serve: theirs are there when they are asked for.
await runOnce(async () => {
  using storage = connectStorage(
    storageConfig(readEnvironment(environment, storageVariables), tries),
  );
  const { byPath } = await loadAssets("/assets");
  for (const asset of byPath.values()) await putAsset(storage, asset);
  const before = new Date(Date.now() - keptMs);
  const removed = await removeOldAssets(storage, { before, kept: new Set(byPath.keys()) });
  process.stdout.write(`Published ${byPath.size} assets, removed ${removed} old ones.\n`);
});
