import type { Result } from "./check.ts";

const marks = { fine: "✓", unknown: "–", doubtful: "!", wrong: "✗" } as const;
const indent = 4;

/** One line for each finding, and one below it with the cure. */
export function describe(results: readonly Result[]): string {
  const width = Math.max(...results.map(({ check }) => check.length)) + 2;
  return results
    .flatMap((result) => {
      const line = `${marks[result.state]} ${result.check.padEnd(width)}${result.says}`;
      return "cure" in result ? [line, `${" ".repeat(indent)}→ ${result.cure}`] : [line];
    })
    .join("\n");
}

export function summarize(results: readonly Result[]): string {
  const count = (state: Result["state"]) =>
    results.filter((result) => result.state === state).length;
  const parts = [
    `${count("wrong")} wrong`,
    `${count("doubtful")} doubtful`,
    `${count("fine")} fine`,
  ];
  const unknown = count("unknown");
  return [...parts, ...(unknown > 0 ? [`${unknown} not looked at`] : [])].join(", ");
}

export const isWell = (results: readonly Result[]): boolean =>
  results.every(({ state }) => state === "fine" || state === "doubtful");
