import { ConflictError } from "@tendril/runtime";
import { Router } from "express";

import type { WebContext } from "../context.ts";
import { flash } from "../http/flash.ts";
import { createLimit } from "../http/limits.ts";
import { wantsJson } from "../http/negotiate.ts";
import { signedIn } from "../http/sessions.ts";
import { openOriginal, wishForOriginal } from "./original.ts";
import { retry } from "./retry.ts";
import { showArchived } from "./show-archived.ts";
import { showPhoto } from "./show-photo.ts";

/** What a photo's owner may do with the file as it came; for all others the photo is not found. */
export function originalRoutes(context: WebContext): Router {
  const router = Router();
  const retries = createLimit(context.redis, {
    name: "retries",
    points: 60,
    seconds: 3_600,
    message: "That is a lot of tries for one hour. Go on a little later.",
  });

  // No form may lead here, the one for signing in included: browsers do not follow it to the bucket (form-action).
  router.get("/photos/:slug/original", async (req, res) => {
    const { slug } = req.params;
    const original = await openOriginal(context, signedIn(req, `/photos/${slug}`), slug);
    res.set("Cache-Control", "private, no-store");
    if (original.kind === "archived") return showArchived(context, req, res, original);
    res.redirect(303, original.url);
  });

  router.post("/photos/:slug/restore", async (req, res) => {
    const { slug } = req.params;
    const wish = await wishForOriginal(context, signedIn(req), slug, req.id);
    if (wantsJson(req)) {
      res.status(wish.state === "requested" ? 202 : 200).json({ slug, original: wish });
    } else {
      flash(res, wish.state === "available" ? "original-there" : "original-asked");
      res.redirect(303, `/photos/${slug}`);
    }
  });

  router.post("/photos/:slug/retry", async (req, res) => {
    const owner = signedIn(req);
    await retries.count(String(owner.id));
    try {
      const photo = await retry(context, owner, req.params.slug, req.id);
      if (wantsJson(req)) return void res.json({ ...photo, href: `/photos/${photo.slug}` });
      res.redirect(303, `/photos/${photo.slug}`);
    } catch (error) {
      if (!(error instanceof ConflictError) || wantsJson(req)) throw error;
      // The photo's own page says what else can be done.
      const trouble = error.message;
      await showPhoto(context, req, res.status(error.status), req.params.slug, { trouble });
    }
  });

  return router;
}
