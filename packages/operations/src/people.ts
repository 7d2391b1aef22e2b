import {
  bumpGalleryVersion,
  findOperatorActions,
  findPersonByName,
  setRole,
  suspendUser,
  transaction,
  unsuspendUser,
  type Database,
  type OperatorActionRow,
  type UserRow,
} from "@tendril/database";
import { ConflictError, InvalidInputError, NotFoundError } from "@tendril/runtime";

import { recordAction } from "./actions.ts";
import type { OperationsContext, Operator } from "./context.ts";

/** What operators decide about a person. */
export const personChanges = ["promote", "demote", "suspend", "unsuspend"] as const;
export type PersonChange = (typeof personChanges)[number];

/** Suspended or not; names are told apart by their letters alone. */
export async function findPerson({ db }: { db: Database }, name: string): Promise<UserRow> {
  const username = name.trim().replace(/^@/, "").toLowerCase();
  const user = await findPersonByName(db, username);
  if (!user) throw new NotFoundError(`Nobody here goes by the name ${username}.`);
  return user;
}

const actionsShown = 20;

/** What operators did about somebody, newest first. */
export function findPersonActions(
  { db }: { db: Database },
  { username }: Pick<UserRow, "username">,
): Promise<OperatorActionRow[]> {
  const subject = { kind: "user" as const, id: username };
  return findOperatorActions(db, { subject, limit: actionsShown });
}

/** In one transaction with its record. ConflictError when it is so already. */
export function changePerson(
  { db, clock }: OperationsContext,
  operator: Operator,
  change: PersonChange,
  { name, reason }: { name: string; reason: string },
): Promise<UserRow> {
  return transaction(db, async (tx) => {
    const user = await findPerson({ db: tx }, name);
    const { id, username } = user;
    if (change === "suspend" && id === operator.userId)
      throw new InvalidInputError("You cannot suspend yourself.");
    const at = clock.now();
    const carryOut: Record<PersonChange, () => Promise<boolean>> = {
      promote: () => setRole(tx, id, "operator"),
      demote: () => setRole(tx, id, "member"),
      suspend: () => suspendUser(tx, id, { at, reason }),
      unsuspend: () => unsuspendUser(tx, id),
    };
    if (!(await carryOut[change]())) throw new ConflictError(`${username} ${already[change]}.`);
    const now = await findPerson({ db: tx }, username);
    await recordAction(tx, clock, operator, {
      action: `user ${change}`,
      subject: { kind: "user", id: username },
      reason,
      before: standing(user),
      after: standing(now),
    });
    // Last, as all who change what is shown wait for each other there.
    if (change === "suspend" || change === "unsuspend") await bumpGalleryVersion(tx);
    return now;
  });
}

const already: Record<PersonChange, string> = {
  promote: "is an operator already",
  demote: "is no operator",
  suspend: "is suspended already",
  unsuspend: "is not suspended",
};

function standing({ username, role, suspendedAt }: UserRow) {
  return { username, role, suspended: suspendedAt !== null };
}
