import { Router, type Request, type RequestHandler, type Response } from "express";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { flash } from "../http/flash.ts";
import { errorsByField } from "../http/form-errors.ts";
import { createLimit } from "../http/limits.ts";
import { readThisBrowser } from "../http/this-browser.ts";
import { renderPage } from "../http/render.ts";
import { signedIn } from "../http/sessions.ts";
import { settingsPages } from "../http/settings-pages.ts";
import { presentTime } from "../presenters/dates.ts";
import { emailForm, keepEmail, requestEmailChange } from "./change-email.ts";
import { passwordHint } from "./passwords.ts";
import {
  changePassword,
  findAccount,
  passwordForm,
  signOutElsewhere,
  type Here,
} from "./security.ts";

const emailText = z.object({ new_email: z.string().catch("") });
const path = "/settings/security";

export function securityRoutes(context: WebContext, form: RequestHandler): Router {
  const router = Router();
  const guesses = createLimit(context.redis, {
    name: "current-password",
    points: 10,
    seconds: 900,
    message: "Too many tries. Wait a little.",
  });
  /** These write to addresses that nobody has proven yet. */
  const mails = createLimit(context.redis, {
    name: "change-email",
    points: 10,
    seconds: 3_600,
    message: "Too many changes of your address. Try again later.",
  });
  /** Counted before the look at the password, or many guesses at once would all be let through. */
  const counted = async (
    userId: number,
    field: string,
    attempt: () => Promise<Record<string, string> | null>,
  ) => {
    const key = String(userId);
    await guesses.count(key);
    const errors = await attempt().catch(async (error: unknown) => {
      await guesses.takeBack(key);
      throw error;
    });
    if (!errors || !(field in errors)) await guesses.forget(key);
    return errors;
  };
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
    await show(req, res, {});
  });

  router.post(`${path}/password`, form, async (req, res) => {
    const place = here(req);
    const read = passwordForm.safeParse(req.body ?? {});
    if (!read.success) return show(req, res.status(422), errorsByField(read.error));
    const errors = await counted(place.userId, "current_password", () =>
      changePassword(context, place, read.data, req.id),
    );
    if (errors) return show(req, res.status(422), errors);
    flash(res, "own-password-changed");
    res.redirect(303, path);
  });

  router.post(`${path}/email`, form, async (req, res) => {
    const { id } = signedIn(req);
    const read = emailForm.safeParse(req.body ?? {});
    if (!read.success) return show(req, res.status(422), errorsByField(read.error));
    const errors = await counted(id, "email_password", async () => {
      await mails.count(String(id));
      const wrong = await requestEmailChange(context, id, read.data, req.id);
      if (wrong) await mails.takeBack(String(id));
      return wrong;
    });
    if (errors) return show(req, res.status(422), errors);
    flash(res, "change-mailed");
    res.redirect(303, path);
  });

  router.post(`${path}/email/keep`, async (req, res) => {
    await keepEmail(context, signedIn(req).id);
    flash(res, "email-kept");
    res.redirect(303, path);
  });

  router.post(`${path}/sign-out-elsewhere`, async (req, res) => {
    await signOutElsewhere(context, here(req));
    flash(res, "signed-out-elsewhere");
    res.redirect(303, path);
  });

  const show = async (req: Request, res: Response, errors: Record<string, string>) => {
    const { new_email: newEmail } = emailText.parse(req.body ?? {});
    const [account, sessions] = await Promise.all([
      findAccount(context, signedIn(req).id),
      req.sessions.list(),
    ]);
    renderPage(
      context,
      req,
      res,
      "account/security",
      { title: "Security", robots: "noindex", scripts: ["scripts/password.js"] },
      {
        sessions: sessions.map((each) => ({
          ...each,
          since: presentTime(each.startedAt, account.timeZone),
        })),
        email: account,
        newEmail,
        errors,
        passwordHint,
        settingsPages: settingsPages(context.config),
      },
    );
  };

  return router;
}
