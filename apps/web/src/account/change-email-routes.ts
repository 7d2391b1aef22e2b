import { Router, type Request, type RequestHandler, type Response } from "express";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { renderPage } from "../http/render.ts";
import { changeEmail, isChangeLink } from "./change-email.ts";

const text = z.string().catch("");

/** The link in the mail to the new address. It is often opened where nobody is signed in. */
export function changeEmailRoutes(context: WebContext, form: RequestHandler): Router {
  const router = Router();

  // Mail programs open links before people do; only the button behind it acts.
  router.get("/change-email", async (req, res) => {
    const token = text.parse(req.query.token);
    show(req, res, token, (await isChangeLink(context, token)) ? "ask" : "expired");
  });

  router.post("/change-email", form, async (req, res) => {
    const { token } = z.object({ token: text }).parse(req.body ?? {});
    const outcome = await changeEmail(context, token, req.id);
    if (typeof outcome === "string")
      return show(req, res.status(outcome === "taken" ? 409 : 422), token, outcome);
    if (req.viewer?.id === outcome.userId)
      req.sessions.update({ ...req.viewer, emailVerified: true });
    show(req, res, token, "changed");
  });

  const show = (
    req: Request,
    res: Response,
    token: string,
    outcome: "ask" | "changed" | "expired" | "taken",
  ) =>
    renderPage(
      context,
      req,
      res,
      "account/change-email",
      { title: "Your new address", robots: "noindex" },
      { token, outcome },
    );

  return router;
}
