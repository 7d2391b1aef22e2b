import { run } from "@tendril/runtime";

import { readConfig } from "./config.ts";
import { start } from "./start.ts";

await run(() => start(readConfig()));
