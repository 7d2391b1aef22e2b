import {
  actionSubjects,
  findOperatorActions,
  type ActionSubject,
  type OperatorActionRow,
} from "@tendril/database";
import { z } from "zod";

import type { OperationsContext } from "./context.ts";

export const actionSubject = z.object({
  kind: z.enum(actionSubjects),
  id: z.string().max(100).optional(),
});

/** What operators did, newest first: to one thing, to those of one kind, or to all. `older` is where the next page begins. */
export async function listActions(
  { db }: Pick<OperationsContext, "db">,
  { subject, before, limit }: { subject?: ActionSubject; before?: number; limit: number },
): Promise<{ actions: OperatorActionRow[]; older: number | null }> {
  const found = await findOperatorActions(db, {
    ...(subject && { subject }),
    ...(before !== undefined && { before }),
    limit: limit + 1,
  });
  const actions = found.slice(0, limit);
  return { actions, older: found.length > limit ? (actions.at(-1)?.id ?? null) : null };
}
