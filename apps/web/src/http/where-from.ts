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
export function tellWhereFrom(req: Request, res: Response, from: WhereFrom): void {
  req.galleryFrom = from;
  res.set("Server-Timing", `gallery;desc="${from}"`);
}
