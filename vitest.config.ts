import { defineConfig } from "vitest/config";

const shared = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  pool: "forks" as const,
  // Tests wait for the thing; a loaded machine needs longer than the second that is usual.
  expect: { poll: { timeout: 10_000, interval: 50 } },
};

export default defineConfig({
  test: {
    // Two cores, and each file of the second kind runs a web tier and a worker of its own.
    maxWorkers: 2,
    projects: [
      // Pure rules, beside their source: nothing is started for them.
      {
        test: {
          ...shared,
          name: "unit",
          include: ["{apps,packages}/*/src/**/*.test.ts", "scripts/**/*.test.ts"],
        },
      },
      // Through the real servers.
      {
        test: {
          ...shared,
          name: "integration",
          include: ["{apps,packages}/*/tests/**/*.test.ts"],
          globalSetup: ["packages/dev-env/src/testing/global-setup.ts"],
        },
      },
    ],
  },
});
