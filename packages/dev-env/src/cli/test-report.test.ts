import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { countTests } from "./test-report.ts";

const file = (status: string, assertionResults: unknown[] = [{}]) => ({ status, assertionResults });
const run = (passed: number, failed: number, ...testResults: object[]) =>
  JSON.stringify({
    success: failed === 0,
    numPassedTests: passed,
    numFailedTests: failed,
    testResults,
  });

test.each([
  ["all is well", run(3, 0, file("passed")), 0, { passed: 3, failed: 0 }],
  ["a test failed", run(2, 1, file("failed")), 1, { passed: 2, failed: 1 }],
  [
    "a file broke before its tests",
    run(2, 0, file("passed"), file("failed", [])),
    1,
    { passed: 2, failed: 1 },
  ],
  ["the run broke outside of tests", run(2, 0, file("passed")), 1, { passed: 2, failed: 1 }],
  ["there is no report", "", 1, { passed: 0, failed: 1 }],
])("%s", (_what, content, exitCode, counts) => {
  const folder = mkdtempSync(join(tmpdir(), "tendril-report-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "report.json");
  if (content) writeFileSync(path, content);
  expect(countTests(path, exitCode)).toEqual(counts);
});
