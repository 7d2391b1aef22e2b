import {
  canBeLifted,
  findSuppression,
  findUserById,
  liftSuppression,
  type SuppressionRow,
} from "@tendril/database";
import { ConflictError, SignInRequiredError } from "@tendril/runtime";

import type { WebContext } from "../context.ts";

/** Why mail does not reach this address, in words for its owner; null when nothing is known against it. */
export async function findMailTrouble(
  { db, clock }: Pick<WebContext, "db" | "clock">,
  email: string,
): Promise<{ why: string; canTryAgain: boolean } | null> {
  const suppression = await findSuppression(db, email);
  if (!suppression) return null;
  const canTryAgain = canBeLifted(suppression, clock.now());
  const wait = " You had us try it again within the last day; wait a day before the next try.";
  const mayWait = suppression.reason === "bounce" && !canTryAgain;
  return { why: wordsFor(suppression) + (mayWait ? wait : ""), canTryAgain };
}

function wordsFor({ reason, permanent }: SuppressionRow): string {
  if (reason === "complaint")
    return "One of our mails was reported as spam from this address. Since then we send nothing but what your account needs.";
  return permanent
    ? "Mail to this address came back: it does not exist, or takes nothing from us. We have stopped writing to it."
    : "Mail to this address has come back for days, perhaps because the mailbox is full. We send nothing but what your account needs.";
}

/** Mail goes out to the person's address again; tried twice in a row it is the same. */
export async function tryAddressAgain(
  { db, clock }: Pick<WebContext, "db" | "clock">,
  userId: number,
): Promise<void> {
  const user = await findUserById(db, userId);
  if (!user) throw new SignInRequiredError();
  if (await liftSuppression(db, user.email, clock.now())) return;
  const suppression = await findSuppression(db, user.email);
  if (!suppression) return;
  throw new ConflictError(
    suppression.reason === "complaint"
      ? "One of our mails was reported as spam from this address, so we do not write to it again by ourselves."
      : "We have tried this address within the last day, and mail came back. Wait a day before the next try.",
  );
}
