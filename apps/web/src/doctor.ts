import { runDoctor } from "@tendril/doctor";

import { environment } from "./config.ts";
import { checks } from "./doctor/checks.ts";

process.exitCode = await runDoctor(process.argv.slice(2), { name: "web", environment, checks });
