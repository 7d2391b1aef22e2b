import {
  bumpGalleryVersion,
  findActionsAboutPerson,
  findPersonNamed,
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

/** By user name or e-mail address, suspended or not; names are told apart by their letters alone. */
export async function findPerson({ db }: { db: Database }, name: string): Promise<UserRow> {
  const named = name.trim().replace(/^@/, "").toLowerCase();
  const user = await findPersonNamed(db, named);
  const isAddress = named.includes("@");
  if (!user)
    throw new NotFoundError(
      `Nobody here ${isAddress ? "has the address" : "goes by the name"} ${named}.`,
    );
  return user;
}

const actionsShown = 20;

/** What operators did about somebody and about their photos, newest first. */
export function findPersonActions(
  { db }: { db: Database },
  { id, username }: Pick<UserRow, "id" | "username">,
): Promise<OperatorActionRow[]> {
  return findActionsAboutPerson(db, { id, username, limit: actionsShown });
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
