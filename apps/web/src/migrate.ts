import { migrate, readDatabaseConfig } from "@tendril/database";
import { runOnce } from "@tendril/runtime";

import { environment } from "./config.ts";

// What the leader of a web deployment runs before the new code serves.
await runOnce(async () => {
  const ran = await migrate(readDatabaseConfig(environment));
  for (const name of ran) process.stdout.write(`migrated: ${name}\n`);
  process.stdout.write(`The schema is up to date (${ran.length} migrations ran).\n`);
});
