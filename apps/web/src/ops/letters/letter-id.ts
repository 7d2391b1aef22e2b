import { NotFoundError } from "@tendril/runtime";
import type { Request } from "express";

/** Of `/ops/letters/:id` and what is below it. */
export function letterIdOf({ params: { id } }: Pick<Request, "params">): number {
  if (typeof id === "string" && /^[1-9]\d{0,14}$/.test(id)) return Number(id);
  throw new NotFoundError("There is no such letter.");
}
