import { Router, type Request, type RequestHandler, type Response } from "express";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { flash } from "../http/flash.ts";
import { errorsByField } from "../http/form-errors.ts";
import { createLimit } from "../http/limits.ts";
import { networkOf } from "../http/network.ts";
import { localPath } from "../http/local-path.ts";
import { renderPage } from "../http/render.ts";
import { signInHref } from "../http/sign-in-href.ts";
import { signUp, signUpForm, usernameRule } from "./account.ts";
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
    show(req, res, localPath(req.query.next), { values: { username: "", email: "" }, errors: {} });
  });

  router.post("/sign-up", form, async (req, res) => {
    const { next, ...values } = z
      .object({ username: text, email: text, next: text })
      .parse(req.body ?? {});
    const back = localPath(next);
    const again = (errors: Record<string, string>) =>
      show(req, res.status(422), back, { values, errors });
    const read = signUpForm.safeParse(req.body ?? {});
    if (!read.success) return again(errorsByField(read.error));
    await signUps.count(networkOf(req));
    const signedUp = await signUp(context, read.data, req.id);
    if ("taken" in signedUp) return again(signedUp.taken);
    // The account stands whatever becomes of the session; the form sent again would find its name taken.
    const away =
      "Your account is there. Signing in is not possible right now: do that in a moment.";
    await req.sessions.start(signedUp, away);
    flash(res, "signed-up");
    res.redirect(303, back ?? "/");
  });

  const show = (
    req: Request,
    res: Response,
    next: string | null,
    attempt: { values: object; errors: Record<string, string> },
  ) =>
    renderPage(
      context,
      req,
      res,
      "account/sign-up",
      { title: "Sign up", scripts: ["scripts/password.js", "scripts/time-zone.js"] },
      { ...attempt, next, signInHref: signInHref(next), passwordHint, usernameRule },
    );

  return router;
}
