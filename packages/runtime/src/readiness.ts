import { messageOf } from "./errors.ts";
import type { Logger } from "./logger.ts";

const rememberMs = 2_000;

/** Of each dependency by its name "ok", or what is wrong. */
export type Readiness = { ready: boolean; checks: Record<string, string> };

/** Answers for `/health/ready`. Looked at again after two seconds, however many ask. */
export function createReadiness(
  dependencies: Record<string, () => Promise<unknown>>,
  logger: Logger,
): () => Promise<Readiness> {
  let remembered: { at: number; readiness: Promise<Readiness> } | undefined;
  return () => {
    if (!remembered || Date.now() - remembered.at > rememberMs)
      remembered = { at: Date.now(), readiness: check(dependencies, logger) };
    return remembered.readiness;
  };
}

async function check(
  dependencies: Record<string, () => Promise<unknown>>,
  logger: Logger,
): Promise<Readiness> {
  const entries = Object.entries(dependencies).map(
    async ([name, ask]): Promise<[string, string]> => {
      try {
        await ask();
        return [name, "ok"];
      } catch (error) {
        logger.warn({ err: error, dependency: name }, "not ready");
        return [name, messageOf(error)];
      }
    },
  );
  const checks = Object.fromEntries(await Promise.all(entries));
  return { ready: Object.values(checks).every((state) => state === "ok"), checks };
}
