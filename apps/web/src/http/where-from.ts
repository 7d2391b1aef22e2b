import type { Request, Response } from "express";

export type WhereFrom = "cache" | "database";

declare global {
  namespace Express {
    interface Request {
      /** Where the list of photos on this page came from. */
      galleryFrom?: WhereFrom;
    }
  }
}

/** For people in the footer, for programs in a header. */
export function tellWhereFrom(
  req: Request,
  res: Response,
  from: WhereFrom,
  since: Date | null = null,
): void {
  req.galleryFrom = from;
  res.set("Server-Timing", serverTiming(from, since));
}

/** `since`: from then on nobody knows whether it is still so. */
export function serverTiming(from: WhereFrom, since: Date | null): string {
  const where = `gallery;desc="${from}"`;
  return since ? `${where}, stale;desc="since ${since.toISOString()}"` : where;
}
