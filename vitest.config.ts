import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Those that would be waited for if they came last; on a fresh clone vitest knows no durations. The first makes a
 * bundle that others use: they begin when it is there.
 */
const longest = [
  "dev-env/tests/platform-migrations",
  "dev-env/tests/start",
  "dev-env/tests/chaos",
  "worker/tests/failures",
  "deploy/tests/bundle",
  "dev-env/tests/failover",
  "worker/tests/image-fence",
  "worker/tests/push-crash",
  "dev-env/tests/platform",
  "fence/image-fence",
  "dev-env/tests/fleet",
  "web/tests/accessibility",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const found = longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return found < 0 ? longest.length : found;
    };
    return sorted.sort((one, other) => rank(one) - rank(other));
  }
}

const shared = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  pool: "forks" as const,
  // Tests wait for the thing; a loaded machine needs longer than the second that is usual.
  expect: { poll: { timeout: 10_000, interval: 50 } },
};

export default defineConfig({
  test: {
    // More than the two cores: half of the time tests wait, for a lease or a window that is just as long as it is.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      // Pure rules, beside their source: nothing is started for them.
      {
        test: {
          ...shared,
          name: "unit",
          // They leave nothing behind: a process for each of them would cost more than all they do.
          isolate: false,
          include: ["{apps,packages}/*/src/**/*.test.ts", "scripts/**/*.test.ts"],
        },
      },
      // Through the real servers.
      {
        test: {
          ...shared,
          name: "integration",
          // Real servers on a busy machine: what fails once is tried once more, and shown with "retry".
          retry: 1,
          include: ["{apps,packages}/*/tests/**/*.test.ts"],
          globalSetup: ["packages/dev-env/src/testing/global-setup.ts"],
        },
      },
    ],
  },
});
