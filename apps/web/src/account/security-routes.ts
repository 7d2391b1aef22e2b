import { Router, type Request, type RequestHandler, type Response } from "express";

import type { WebContext } from "../context.ts";
import { flash } from "../http/flash.ts";
import { errorsByField } from "../http/form-errors.ts";
import { createLimit } from "../http/limits.ts";
import { readThisBrowser } from "../http/this-browser.ts";
import { renderPage } from "../http/render.ts";
import { signedIn } from "../http/sessions.ts";
import { settingsPages } from "../http/settings-pages.ts";
import { presentDay } from "../presenters/dates.ts";
import { passwordHint } from "./passwords.ts";
import { changePassword, passwordForm, signOutElsewhere, type Here } from "./security.ts";

const path = "/settings/security";

export function securityRoutes(context: WebContext, form: RequestHandler): Router {
  const router = Router();
  const guesses = createLimit(context.redis, {
    name: "current-password",
    points: 10,
    seconds: 900,
    message: "Too many tries. Wait a little.",
  });
  const here = (req: Request): Here => {
    const { id } = signedIn(req);
    const browser = readThisBrowser(context.config, req);
    return {
      userId: id,
      endpointHash: browser?.userId === id ? browser.endpointHash : null,
      endOtherSessions: () => req.sessions.endOthers(),
    };
  };

  router.get(path, async (req, res) => {
    signedIn(req);
    await show(req, res, {});
  });

  router.post(`${path}/password`, form, async (req, res) => {
    const place = here(req);
    const read = passwordForm.safeParse(req.body ?? {});
    if (!read.success) return show(req, res.status(422), errorsByField(read.error));
    await guesses.count(String(place.userId));
    const errors = await changePassword(context, place, read.data);
    if (errors) return show(req, res.status(422), errors);
    await guesses.forget(String(place.userId));
    flash(res, "own-password-changed");
    res.redirect(303, path);
  });

  router.post(`${path}/sign-out-elsewhere`, async (req, res) => {
    await signOutElsewhere(context, here(req));
    flash(res, "signed-out-elsewhere");
    res.redirect(303, path);
  });

  const show = async (req: Request, res: Response, errors: Record<string, string>) => {
    const sessions = await req.sessions.list();
    renderPage(
      context,
      req,
      res,
      "account/security",
      { title: "Security", robots: "noindex", scripts: ["scripts/password.js"] },
      {
        sessions: sessions.map((each) => ({ ...each, since: presentDay(each.startedAt) })),
        errors,
        passwordHint,
        settingsPages: settingsPages(context.config),
      },
    );
  };

  return router;
}
