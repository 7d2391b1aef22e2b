import { seconds } from "@tendril/runtime";

import { unexpected } from "./explain/unexpected.ts";

/** What is so, and where it is not as it should be, what is likely to mend it. */
export type Finding =
  | { state: "fine" | "unknown"; says: string }
  | { state: "doubtful" | "wrong"; says: string; cure: string };

/** Why something does not work, for a person who can change it. */
export type Explanation = { says: string; cure: string };

export type Check = {
  name: string;
  /** Throws what it cannot explain. */
  look: () => Promise<Finding[]>;
};

export type Result = { check: string } & Finding;

const patienceMs = seconds(20);

export const fine = (says: string): Finding => ({ state: "fine", says });
export const unknown = (says: string): Finding => ({ state: "unknown", says });
export const wrong = (explanation: Explanation): Finding => ({ state: "wrong", ...explanation });
export const doubtful = (explanation: Explanation): Finding => ({
  state: "doubtful",
  ...explanation,
});

/** All of them at once; none can keep the others waiting. The order is that of `checks`. */
export async function diagnose(
  checks: readonly Check[],
  longestMs: number = patienceMs,
): Promise<Result[]> {
  const results = await Promise.all(
    checks.map(async ({ name, look }) => {
      const findings = await within(look(), longestMs).catch((error: unknown) => [
        wrong(unexpected(error)),
      ]);
      return findings.map((finding) => ({ check: name, ...finding }));
    }),
  );
  return results.flat();
}

async function within(looking: Promise<Finding[]>, longestMs: number): Promise<Finding[]> {
  const { promise, resolve } = Promise.withResolvers<Finding[]>();
  const silence = wrong({
    says: `no end of it within ${longestMs / 1_000} s`,
    cure: "It is reached and keeps silent: it may be overloaded. Look at its own figures and its log.",
  });
  const timer = setTimeout(() => resolve([silence]), longestMs);
  try {
    return await Promise.race([looking, promise]);
  } finally {
    clearTimeout(timer);
  }
}
