import type { LetterState, LetterSummary } from "@tendril/database";
import { PermanentJobError } from "@tendril/runtime";

/** For lists: the name that we give to what must not be tried again says nothing of the cause. */
export function presentError({ errorName, errorMessage }: LetterSummary) {
  return errorName === PermanentJobError.name
    ? { title: errorMessage, text: null }
    : { title: errorName, text: errorMessage };
}

export function presentState(state: LetterState) {
  return { text: state, tone: state === "open" ? "bad" : "plain" };
}
