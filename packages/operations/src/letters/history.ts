import type { OperatorActionRow } from "@tendril/database";

import type { OperationsContext } from "../context.ts";
import { showLetter, type ShownLetter } from "./show.ts";

/** Something that happened to a letter, or to its job before and after. */
export type LetterEvent = {
  at: Date;
  what: string;
  /** A worker, or an operator. */
  by: string | null;
  /** An error, a reason. */
  detail: string | null;
};

/** From the first attempt to what became of the job after it was sent back; oldest first. */
export async function letterHistory(
  context: Pick<OperationsContext, "db">,
  id: number,
): Promise<LetterEvent[]> {
  const shown = await showLetter(context, id);
  const events = [
    ...shown.attempts.map(({ at, attempt, outcome, worker, error }): LetterEvent => ({
      at: new Date(at),
      what: `attempt ${attempt} ${outcome}`,
      by: worker,
      detail: error,
    })),
    death(shown),
    ...shown.actions.map(done),
    ...closedWithoutOperator(shown),
    ...afterwards(shown),
  ];
  return events.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

function death({ letter }: ShownLetter): LetterEvent {
  const { createdAt, errorName, errorMessage, worker } = letter;
  const what = letter.payload === null ? "kept: nobody could read it" : "died";
  return { at: createdAt, what, by: worker, detail: `${errorName}: ${errorMessage}` };
}

const done = ({ at, action, operator, reason }: OperatorActionRow): LetterEvent => ({
  at,
  what: action,
  by: operator,
  detail: reason,
});

/** Somebody sent its message again by SQS's own means: that left no name. */
function closedWithoutOperator({ letter, actions }: ShownLetter): LetterEvent[] {
  const { state, closedAt, closedReason } = letter;
  if (closedAt === null) return [];
  const ours = actions.some(({ at }) => at.getTime() === closedAt.getTime());
  return ours ? [] : [{ at: closedAt, what: state, by: null, detail: closedReason }];
}

function afterwards({ letter, job, others }: ShownLetter): LetterEvent[] {
  const next = letter.generation === null ? 0 : letter.generation + 1;
  const again = others.find(({ generation }) => generation === next);
  if (again)
    return [
      { at: again.createdAt, what: `died again: letter ${again.id}`, by: null, detail: null },
    ];
  if (job?.generation !== next || !job.finishedAt || job.state === "dead") return [];
  return [{ at: job.finishedAt, what: `its job ended: ${job.state}`, by: null, detail: null }];
}
