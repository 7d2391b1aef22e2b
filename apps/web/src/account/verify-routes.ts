import { Router, type Request, type RequestHandler, type Response } from "express";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { flash } from "../http/flash.ts";
import { formPage } from "../http/form-page.ts";
import { renderPage } from "../http/render.ts";
import { signedIn } from "../http/sessions.ts";
import { resendVerification, verifyEmail } from "./account.ts";

const text = z.string().catch("");

export function verifyRoutes(context: WebContext, form: RequestHandler): Router {
  const router = Router();

  // Mail programs open links before people do; only the button behind it acts.
  router.get("/verify-email", (req, res) => {
    const token = text.parse(req.query.token);
    renderVerify(req, res, token, token === "" ? "expired" : "ask");
  });

  router.post("/verify-email", form, async (req, res) => {
    const { token } = z.object({ token: text }).parse(req.body ?? {});
    const userId = await verifyEmail(context, token, req.id);
    if (userId !== null && req.viewer?.id === userId)
      req.sessions.update({ ...req.viewer, emailVerified: true });
    renderVerify(
      req,
      res.status(userId === null ? 422 : 200),
      token,
      userId === null ? "expired" : "verified",
    );
  });

  router.post("/verify-email/resend", async (req, res) => {
    const viewer = signedIn(req);
    const outcome = await resendVerification(context, viewer, req.id);
    // Confirmed on another device: this session does not know of it yet.
    if (outcome === "confirmed") req.sessions.update({ ...viewer, emailVerified: true });
    if (outcome === "unreachable") {
      flash(res, "mail-stopped");
      return res.redirect(303, "/settings/notifications");
    }
    flash(res, outcome === "sent" ? "mail-sent" : "email-verified");
    // A notice with this button stands on every page; that of an old link has nothing more to say.
    const page = formPage(context, req);
    res.redirect(303, page === null || page.startsWith("/verify-email") ? "/" : page);
  });

  const renderVerify = (
    req: Request,
    res: Response,
    token: string,
    outcome: "ask" | "verified" | "expired",
  ) =>
    renderPage(
      context,
      req,
      res,
      "account/verify-email",
      { title: "Confirm your address", robots: "noindex" },
      { token, outcome },
    );

  return router;
}
