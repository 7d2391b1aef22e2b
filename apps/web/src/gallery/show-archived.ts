import type { PhotoRow } from "@tendril/database";
import { restoredDays, type ArchiveClass } from "@tendril/storage";
import type { Request, Response } from "express";

import type { WebContext } from "../context.ts";
import { wantsJson } from "../http/negotiate.ts";
import { renderPage } from "../http/render.ts";
import { presentDay } from "../presenters/dates.ts";

/** What S3 says of its standard tier. */
const waits: Record<ArchiveClass, string> = {
  GLACIER: "three to five hours",
  DEEP_ARCHIVE: "up to twelve hours",
};

/** The answer to the owner who wants an original that cannot be read now: 409, and what to do about it. */
export function showArchived(
  context: WebContext,
  req: Request,
  res: Response,
  { photo, archiveClass }: { photo: PhotoRow; archiveClass: ArchiveClass },
): void {
  const { slug, fileName, restoreState, restoreAskedAt } = photo;
  const requested = restoreState === "requested";
  const askedAt = requested ? restoreAskedAt : null;
  res.status(409);
  if (wantsJson(req)) {
    const message = requested
      ? "The original is on its way from the archive. You will be told when it is there."
      : "The original lies in the archive. Ask for it first.";
    const original = { state: requested ? "requested" : "archived", askedAt };
    return void res.json({ error: { code: "archived", message }, original, requestId: req.id });
  }
  const title = requested ? "Your original is on its way" : "Your original lies in the archive";
  renderPage(
    context,
    req,
    res,
    "gallery/original-archived",
    { title, robots: "noindex" },
    {
      slug,
      fileName,
      heading: title,
      requested,
      askedAt: askedAt && presentDay(askedAt),
      wait: waits[archiveClass],
      days: restoredDays,
    },
  );
}
