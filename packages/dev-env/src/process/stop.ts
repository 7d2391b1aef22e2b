import { until } from "../wait.ts";
import { type Identity, isAlive, signalProcess } from "./identity.ts";

/** Asks processes to end, insists after the grace time, and resolves when all are gone. */
export async function stopAll(identities: readonly Identity[], grace: number): Promise<void> {
  const gone = () => (identities.some(isAlive) ? undefined : true);
  for (const identity of identities) signalProcess(identity, "SIGTERM");
  try {
    await until(gone, { timeout: grace, failure: () => "still there" });
  } catch {
    for (const identity of identities) signalProcess(identity, "SIGKILL");
    await until(gone, {
      timeout: 5_000,
      failure: () =>
        `Processes ${identities
          .filter(isAlive)
          .map(({ pid }) => pid)
          .join(", ")} cannot be ended.`,
    });
  }
}
