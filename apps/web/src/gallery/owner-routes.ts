import express, { Router } from "express";

import type { WebContext } from "../context.ts";
import { errorsByField } from "../http/form-errors.ts";
import { flash } from "../http/flash.ts";
import { formPage } from "../http/form-page.ts";
import { createLimit } from "../http/limits.ts";
import { photoWords } from "../http/photo-words.ts";
import { signedIn } from "../http/sessions.ts";
import { edit, remove } from "./owner.ts";
import { showPhoto } from "./show-photo.ts";

/** What only a photo's owner may do; for all others the photo is not found. */
export function ownerRoutes(context: WebContext): Router {
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: "20kb" });
  // Each has every server make the front page anew.
  const perPerson = createLimit(context.redis, {
    name: "changes",
    points: 1_000,
    seconds: 3_600,
    message: "That is a lot of changes for one hour. Go on a little later.",
  });

  router.post("/photos/:slug/edit", form, async (req, res) => {
    const owner = signedIn(req);
    const words = photoWords.safeParse(req.body ?? {});
    if (!words.success) {
      const form = { values: req.body ?? {}, errors: errorsByField(words.error) };
      return showPhoto(context, req, res.status(422), req.params.slug, { form });
    }
    await perPerson.count(String(owner.id));
    await edit(context, owner, req.params.slug, words.data, req.id);
    await context.frontPage.refresh();
    flash(res, "photo-edited");
    res.redirect(303, `/photos/${req.params.slug}`);
  });

  router.post("/photos/:slug/delete", async (req, res) => {
    const owner = signedIn(req);
    await perPerson.count(String(owner.id));
    await remove(context, owner, req.params.slug, req.id);
    await context.frontPage.refresh();
    flash(res, "photo-deleted");
    // Back to the list that it stood in; its own page is no more.
    const page = formPage(context, req);
    const list = page === null || page.startsWith("/photos/") ? `/@${owner.username}` : page;
    res.redirect(303, list);
  });

  return router;
}
