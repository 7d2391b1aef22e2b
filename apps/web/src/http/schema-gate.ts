import { UnavailableError } from "@tendril/runtime";
import type { RequestHandler } from "express";

import type { WebContext } from "../context.ts";

/** Before the first look it is hoped for the best. */
export const waitsForSchema = ({ schema }: WebContext["schemaGate"]): boolean =>
  schema.state === "known" && schema.missing.length > 0;

/** New code that came before its migrations waits for them; the release before it goes on serving elsewhere. */
export function demandSchema({ schemaGate }: WebContext): RequestHandler {
  return (_req, _res, next) => {
    if (!waitsForSchema(schemaGate)) return next();
    throw new UnavailableError(
      "database",
      "Tendril is just being updated. Nothing was lost; try again in a moment.",
    );
  };
}
