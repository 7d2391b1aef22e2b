import { days, readEnvironment, runOnce, systemClock } from "@tendril/runtime";
import { connectStorage, publishAssets, storageConfig, storageVariables } from "@tendril/storage";

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
  const now = systemClock.now();
  const before = new Date(now.getTime() - keptMs);
  const removed = await publishAssets(storage, [...byPath.values()], { now, before });
  process.stdout.write(`Published ${byPath.size} assets, removed ${removed} old ones.\n`);
});
