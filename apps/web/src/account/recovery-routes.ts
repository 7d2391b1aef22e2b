import { Router, type RequestHandler } from "express";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { flash } from "../http/flash.ts";
import { createLimit } from "../http/limits.ts";
import { networkOf } from "../http/network.ts";
import { renderPage } from "../http/render.ts";
import { errorsByField } from "../http/form-errors.ts";
import { newPassword, passwordHint } from "./passwords.ts";
import { findResetLink, requestReset, resetPassword } from "./recovery.ts";

const text = z.string().catch("");
const resetForm = z.object({ token: text, password: newPassword });

export function recoveryRoutes(context: WebContext, form: RequestHandler): Router {
  const router = Router();
  const requests = createLimit(context.redis, {
    name: "reset",
    points: 20,
    seconds: 3_600,
    message: "Too many mails were asked for from here. Try again later.",
  });
  const forgotPage = { title: "Forgot your password?" };
  const resetPage = {
    title: "Choose a new password",
    robots: "noindex",
    scripts: ["scripts/password.js"],
  };

  router.get("/forgot-password", (req, res) => {
    renderPage(context, req, res, "account/forgot-password", forgotPage, {
      values: { email: "" },
      errors: {},
      sent: false,
    });
  });

  router.post("/forgot-password", form, async (req, res) => {
    const values = z.object({ email: text }).parse(req.body ?? {});
    await requests.count(networkOf(req));
    await requestReset(context, values.email.trim(), req.id);
    renderPage(context, req, res, "account/forgot-password", forgotPage, {
      values,
      errors: {},
      sent: true,
    });
  });

  router.get("/reset-password", async (req, res) => {
    const token = text.parse(req.query.token);
    const link = await findResetLink(context, token);
    const errors = link ? {} : { "": "This link was used already, or it is too old." };
    renderPage(context, req, res, "account/reset-password", resetPage, {
      token,
      errors,
      takesBack: link?.takesBack ?? null,
      passwordHint,
    });
  });

  router.post("/reset-password", form, async (req, res) => {
    const read = resetForm.safeParse(req.body ?? {});
    const { token } = z.object({ token: text }).parse(req.body ?? {});
    const again = (errors: Record<string, string>, takesBack: string | null = null) =>
      renderPage(context, req, res.status(422), "account/reset-password", resetPage, {
        token,
        errors,
        takesBack,
        passwordHint,
      });
    if (!read.success) {
      const link = await findResetLink(context, token);
      return again(errorsByField(read.error), link?.takesBack);
    }

    const changed = await resetPassword(context, token, read.data.password, req.sessions.endAll);
    if (!changed) return again({ "": "This link was used already, or it is too old." });
    flash(res, "password-changed");
    res.redirect(303, "/sign-in");
  });

  return router;
}
