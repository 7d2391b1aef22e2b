import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ROOT } from "../apps/places.ts";
import { ensurePrograms, FOR_TESTS } from "../programs/programs.ts";
import { check, CHECKS, runTool } from "./checks.ts";
import { run } from "./run.ts";
import { stopSignal } from "./stop-signal.ts";
import { say } from "./terminal.ts";
import { countTests, type Counts } from "./test-report.ts";

const HELP = `npm test [-- <what vitest takes: a part of a file's path, -t <name> …>]

Checks format, lint, types and the files for deployment, then runs all tests (unit, integration, browser).
With arguments the tests alone, as far as they fit.`;

async function runTests(args: readonly string[], signal: AbortSignal): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), "tendril-report-"));
  try {
    const report = join(folder, "report.json");
    const code = await runTool(
      "vitest",
      ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...args],
      signal,
      // Each file of tests is a process that would compile the same libraries again.
      { NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/compiled") },
    );
    return countTests(report, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await run(async () => {
  const signal = stopSignal();
  const args = process.argv.slice(2);
  if (args.includes("--help")) {
    say(HELP);
    return 0;
  }
  await ensurePrograms(FOR_TESTS, say);
  const counts: Counts = { passed: 0, failed: 0 };
  for (const each of args.length > 0 ? [] : CHECKS) {
    if (await check(each, signal)) counts.passed += 1;
    else counts.failed += 1;
    signal.throwIfAborted();
  }
  const { passed, failed } = await runTests(args, signal);
  signal.throwIfAborted();
  say(`\n${counts.passed + passed} passed, ${counts.failed + failed} failed`);
  return counts.failed + failed === 0 ? 0 : 1;
});
