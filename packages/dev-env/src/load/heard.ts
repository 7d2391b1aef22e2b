import { until } from "../wait.ts";
import { type Asked, type Kind, kinds } from "./asked.ts";

type Options = { timeout: number; signal: AbortSignal };

/** Resolves when everything that people do has been asked for since then, or answered. */
export async function everything(
  what: "asked" | "answered",
  asked: readonly Asked[],
  since: number,
  { timeout, signal }: Options,
): Promise<void> {
  const counts = ({ at, saw }: Asked) => at >= since && (what === "asked" || saw === "answer");
  const missing = (): Kind[] => {
    const heard = new Set(asked.filter(counts).map(({ kind }) => kind));
    return kinds.filter((kind) => !heard.has(kind));
  };
  await until(() => missing().length === 0 || undefined, {
    timeout,
    signal,
    failure: () => `not ${what}: ${missing().join(", ")}`,
  });
}
