import type { LetterState } from "@tendril/database";

export function presentState(state: LetterState) {
  return { text: state, tone: state === "open" ? "bad" : "plain" };
}
