import { parseArgs } from "node:util";

import { ensurePrograms, FOR_PLATFORM } from "../programs/programs.ts";
import { failuresOf, tableOf } from "../rolling/report.ts";
import { runRolling } from "../rolling/run-rolling.ts";
import { run } from "./run.ts";
import { stopSignal } from "./stop-signal.ts";
import { say } from "./terminal.ts";

const HELP = `npm run rolling [-- --json]

Builds the bundles of this release and of one after it (a migration, another page, other assets), runs the first
as the platform would, and under load rolls both tiers on to the next and back: no failed request, no lost job.

  --json      the report as JSON on standard output, progress on standard error
  --help      this text

Ends with 0 when that held.`;

await run(async () => {
  const signal = stopSignal();
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false, short: "h" },
    },
  });
  if (values.help) {
    say(HELP);
    return 0;
  }
  const tell = values.json ? (line: string) => void process.stderr.write(`${line}\n`) : say;
  await ensurePrograms(FOR_PLATFORM, tell);
  const report = await runRolling(tell, signal);
  say(values.json ? JSON.stringify(report, undefined, 2) : tableOf(report));
  return failuresOf(report).length === 0 ? 0 : 1;
});
