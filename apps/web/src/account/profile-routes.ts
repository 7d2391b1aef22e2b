import { Router, type Request, type RequestHandler, type Response } from "express";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { flash } from "../http/flash.ts";
import { errorsByField } from "../http/form-errors.ts";
import { createLimit } from "../http/limits.ts";
import { renderPage } from "../http/render.ts";
import { signedIn } from "../http/sessions.ts";
import { settingsPages } from "../http/settings-pages.ts";
import { changeProfile, findProfile, profileForm, type Profile } from "./profile.ts";

const text = z.string().catch("");
const asSent = z.object({ display_name: text, bio: text });

export function profileRoutes(context: WebContext, form: RequestHandler): Router {
  const router = Router();
  // The name stands beside every photo: each change has every server make the front page anew.
  const changes = createLimit(context.redis, {
    name: "profile",
    points: 60,
    seconds: 3_600,
    message: "Your profile was changed too often. Go on a little later.",
  });

  router.get("/settings", (req, res) => {
    signedIn(req);
    res.redirect(303, "/settings/profile");
  });

  router.get("/settings/profile", async (req, res) => {
    show(req, res, await findProfile(context, signedIn(req).id), {});
  });

  router.post("/settings/profile", form, async (req, res) => {
    const viewer = signedIn(req);
    const read = profileForm.safeParse(req.body ?? {});
    if (!read.success) {
      const { display_name: displayName, bio } = asSent.parse(req.body ?? {});
      return show(req, res.status(422), { displayName, bio }, errorsByField(read.error));
    }
    const { display_name: displayName, bio } = read.data;
    await changes.count(String(viewer.id));
    await changeProfile(context, viewer.id, { displayName, bio });
    req.sessions.update({ ...viewer, displayName });
    flash(res, "settings-saved");
    res.redirect(303, "/settings/profile");
  });

  const show = (req: Request, res: Response, profile: Profile, errors: Record<string, string>) =>
    renderPage(
      context,
      req,
      res,
      "account/profile",
      { title: "Your profile", robots: "noindex" },
      { profile, errors, settingsPages: settingsPages(context.config) },
    );

  return router;
}
