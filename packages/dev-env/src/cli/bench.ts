import { benchJobs } from "../bench/jobs.ts";
import { tableOf } from "../bench/report.ts";
import { HELP, readBenchSettings } from "../bench/settings.ts";
import { tableOfWeb } from "../bench/web-report.ts";
import { benchWeb } from "../bench/web.ts";
import { ensurePrograms, FOR_LOAD, FOR_START } from "../programs/programs.ts";
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
  await ensurePrograms(settings.what === "web" ? FOR_LOAD : FOR_START, tell);
  const measure = async () => {
    if (settings.what === "web") {
      const report = await benchWeb(settings, tell);
      return { report, table: tableOfWeb(report) };
    }
    const report = await benchJobs(settings.jobs, tell);
    return { report, table: tableOf(report) };
  };
  const measured = await Promise.race([measure(), aborted(signal)]);
  signal.throwIfAborted();
  if (typeof measured === "string") return 0;
  say(settings.json ? JSON.stringify(measured.report, undefined, 2) : measured.table);
  return 0;
});
