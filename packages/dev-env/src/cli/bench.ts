import { benchJobs } from "../bench/jobs.ts";
import { tableOf } from "../bench/report.ts";
import { HELP, readBenchSettings } from "../bench/settings.ts";
import { ensurePrograms, FOR_START } from "../programs/programs.ts";
import { run } from "./run.ts";
import { aborted, stopSignal } from "./stop-signal.ts";
import { say } from "./terminal.ts";

await run(async () => {
  const signal = stopSignal();
  const settings = readBenchSettings(process.argv.slice(2));
  if (settings.help) {
    say(HELP);
    return 0;
  }
  const tell = settings.json ? (line: string) => void process.stderr.write(`${line}\n`) : say;
  await ensurePrograms(FOR_START, tell);
  const report = await Promise.race([benchJobs(settings.jobs, tell), aborted(signal)]);
  signal.throwIfAborted();
  if (typeof report === "string") return 0;
  say(settings.json ? JSON.stringify(report, undefined, 2) : tableOf(report));
  return 0;
});
