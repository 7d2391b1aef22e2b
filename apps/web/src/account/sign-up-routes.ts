import { Router, type RequestHandler } from "express";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { flash } from "../http/flash.ts";
import { errorsByField } from "../http/form-errors.ts";
import { createLimit } from "../http/limits.ts";
import { renderPage } from "../http/render.ts";
import { signUp, signUpForm } from "./account.ts";
import { passwordHint } from "./passwords.ts";

const text = z.string().catch("");

export function signUpRoutes(context: WebContext, form: RequestHandler): Router {
  const router = Router();
  const signUps = createLimit(context.redis, {
    name: "sign-up",
    points: 60,
    seconds: 3_600,
    message: "Too many people signed up from here within an hour. Try again later.",
  });

  router.get("/sign-up", (req, res) => {
    const locals = { values: { username: "", email: "" }, errors: {}, passwordHint };
    renderPage(
      context,
      req,
      res,
      "account/sign-up",
      { title: "Sign up", scripts: ["scripts/password.js", "scripts/time-zone.js"] },
      locals,
    );
  });

  router.post("/sign-up", form, async (req, res) => {
    const values = z.object({ username: text, email: text }).parse(req.body ?? {});
    const again = (errors: Record<string, string>) =>
      renderPage(
        context,
        req,
        res.status(422),
        "account/sign-up",
        { title: "Sign up", scripts: ["scripts/password.js", "scripts/time-zone.js"] },
        { values, errors, passwordHint },
      );
    const read = signUpForm.safeParse(req.body ?? {});
    if (!read.success) return again(errorsByField(read.error));
    await signUps.count(req.ip ?? "");
    const signedUp = await signUp(context, read.data, req.id);
    if ("taken" in signedUp) return again(signedUp.taken);
    // The account stands whatever becomes of the session; the form sent again would find its name taken.
    const away =
      "Your account is there. Signing in is not possible right now: do that in a moment.";
    await req.sessions.start(signedUp, away);
    flash(res, "signed-up");
    res.redirect(303, "/");
  });

  return router;
}
