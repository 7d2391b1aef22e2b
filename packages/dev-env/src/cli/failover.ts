import { runFailover } from "../failover/run-failover.ts";
import { HELP, readFailoverSettings } from "../failover/settings.ts";
import { tableOf } from "../failover/table.ts";
import { ensurePrograms, FOR_PLATFORM } from "../programs/programs.ts";
import { run } from "./run.ts";
import { stopSignal } from "./stop-signal.ts";
import { say } from "./terminal.ts";

await run(async () => {
  const signal = stopSignal();
  const settings = readFailoverSettings(process.argv.slice(2));
  if (settings.help) {
    say(HELP);
    return 0;
  }
  const tell = settings.json ? (line: string) => void process.stderr.write(`${line}\n`) : say;
  await ensurePrograms(FOR_PLATFORM, tell);
  const lines = await runFailover(settings, tell, signal);
  say(settings.json ? JSON.stringify(lines, undefined, 2) : tableOf(lines));
  return lines.every(({ broken }) => broken.length === 0) ? 0 : 1;
});
