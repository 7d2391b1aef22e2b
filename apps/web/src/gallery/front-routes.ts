import { Router } from "express";

import type { WebContext } from "../context.ts";
import { decodeCursor } from "../http/cursor.ts";
import { renderPage } from "../http/render.ts";
import { tellWhereFrom } from "../http/where-from.ts";
import { presentPendingUpload } from "../presenters/pending-upload.ts";
import { feed, frontPage, frontParts, partsOf } from "./front.ts";
import { findOlder, listUnready } from "./gallery.ts";

/** The newest photos for whom `sharedGallery` has no answer, and older ones. Open to everybody. */
export function frontRoutes(context: WebContext): Router {
  const router = Router();

  router.get("/", async (req, res) => {
    const before = decodeCursor(req.query.before);
    if (before) {
      const parts = frontParts(context, await findOlder(context, before), { isOlder: true });
      tellWhereFrom(req, res, "database");
      const page = { ...frontPage(null), title: "Older photos", revalidates: true };
      return renderPage(context, req, res, "gallery/front", page, { ...parts, pending: [] });
    }
    const [{ edition, from }, unready] = await Promise.all([
      context.frontPage.latest(),
      listUnready(context, req.viewer),
    ]);
    tellWhereFrom(req, res, from, edition.since);
    const pending = unready.map(presentPendingUpload);
    const scripts = pending.length > 0 ? ["scripts/pending.js"] : [];
    const { tiles, around } = partsOf(context, edition);
    const page = { ...frontPage(edition.since), scripts, prebuilt: tiles };
    renderPage(context, req, res, "gallery/front", page, { ...around, pending });
  });

  router.get("/feed.atom", async (req, res) => {
    const { edition, from } = await context.frontPage.latest();
    tellWhereFrom(req, res, from, edition.since);
    const { text, headers } = feed(context, edition);
    res.set(headers).send(text);
  });

  return router;
}
