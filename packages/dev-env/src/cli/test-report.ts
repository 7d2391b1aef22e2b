import { readFileSync } from "node:fs";

import { z } from "zod";

/** What vitest's JSON report says of the whole run. */
const report = z.object({
  success: z.boolean(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

export type Counts = { passed: number; failed: number };

/** Each test counts; so does a file that did not come as far as its tests, or a run that broke as a whole. */
export function countTests(path: string, exitCode: number): Counts {
  let read: z.infer<typeof report>;
  try {
    read = report.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return { passed: 0, failed: 1 };
  }
  const broken = read.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  const failed = read.numFailedTests + broken.length;
  return { passed: read.numPassedTests, failed: exitCode === 0 ? failed : Math.max(failed, 1) };
}
