import { findUserById, isDatabaseAway } from "@tendril/database";
import type { Operator } from "@tendril/operations";
import type { Request, RequestHandler } from "express";

import type { WebContext } from "../context.ts";
import { notFound } from "../http/errors.ts";
import { signedIn, type SignedIn } from "../http/sessions.ts";

/** For everybody but operators these pages do not exist. */
export function operatorsOnly(context: WebContext): RequestHandler {
  return async (req, res, next) => {
    const { viewer } = req;
    const role = viewer && (await roleNow(context, viewer));
    // Who was promoted meanwhile need not sign in again to see the way here.
    if (viewer && role && role !== viewer.role) req.sessions.update({ ...viewer, role });
    if (role !== "operator") return notFound(req, res, next);
    res.set("Cache-Control", "private, no-store");
    next();
  };
}

/** As the database says: a session may be older than the decision. While it is away, as the session says. */
async function roleNow(
  { db }: WebContext,
  { id, role }: SignedIn,
): Promise<SignedIn["role"] | null> {
  try {
    const user = await findUserById(db, id);
    return user && !user.suspendedAt ? user.role : "member";
  } catch (error) {
    if (isDatabaseAway(error)) return role;
    throw error;
  }
}

/** Who acts, for the record. */
export function operatorOf(req: Request): Operator {
  const { id, username } = signedIn(req);
  return { userId: id, name: username };
}
