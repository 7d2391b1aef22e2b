import type { Request } from "express";

/** Scripts ask for JSON; browsers ask for HTML first. */
export function wantsJson(req: Request): boolean {
  return req.path.startsWith("/api/") || req.accepts(["html", "json"]) === "json";
}
