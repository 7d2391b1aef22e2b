import { runChaos } from "../chaos/run-chaos.ts";
import { tableOf } from "../chaos/report.ts";
import { HELP, readChaosSettings } from "../chaos/settings.ts";
import { ensurePrograms, FOR_START } from "../programs/programs.ts";
import { run } from "./run.ts";
import { stopSignal } from "./stop-signal.ts";
import { say } from "./terminal.ts";

await run(async () => {
  const signal = stopSignal();
  const settings = readChaosSettings(process.argv.slice(2));
  if (settings.help) {
    say(HELP);
    return 0;
  }
  const tell = settings.json ? (line: string) => void process.stderr.write(`${line}\n`) : say;
  await ensurePrograms(FOR_START, tell);
  const report = await runChaos(settings, tell, signal);
  say(settings.json ? JSON.stringify(report, undefined, 2) : tableOf(report));
  return report.differences.length === 0 ? 0 : 1;
});
