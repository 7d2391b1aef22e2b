import { Router, type RequestHandler } from "express";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { flash } from "../http/flash.ts";
import { createLimit } from "../http/limits.ts";
import { networkOf } from "../http/network.ts";
import { localPath } from "../http/local-path.ts";
import { renderPage } from "../http/render.ts";
import type { SignedIn } from "../http/sessions.ts";
import { signUpHref } from "../http/sign-in-href.ts";
import { signIn } from "./account.ts";

const text = z.string().catch("");
const signInForm = z.object({ login: text, password: text, next: text });

export function signInRoutes(context: WebContext, form: RequestHandler): Router {
  const router = Router();
  const { redis } = context;
  const wrongPasswords = createLimit(redis, {
    name: "wrong-password",
    points: 10,
    seconds: 900,
    message: "Too many wrong passwords. Wait a little, or set a new one.",
  });
  /** From everywhere together; higher, so that a stranger cannot easily lock a person out. */
  const guesses = createLimit(redis, {
    name: "guess",
    points: 100,
    seconds: 900,
    message: "Too many wrong passwords for this account. Wait a little, or set a new one.",
  });
  const tries = createLimit(redis, {
    name: "sign-in",
    points: 200,
    seconds: 900,
    message: "Too many tries from here. Wait a little.",
  });

  router.get("/sign-in", (req, res) => {
    const next = localPath(req.query.next);
    const locals = { values: { login: "" }, errors: {}, next, signUpHref: signUpHref(next) };
    renderPage(
      context,
      req,
      res,
      "account/sign-in",
      { title: "Sign in", scripts: ["scripts/password.js"] },
      locals,
    );
  });

  router.post("/sign-in", form, async (req, res) => {
    const { login, password, next } = signInForm.parse(req.body ?? {});
    const account = login.trim().toLowerCase().slice(0, 254);
    const network = networkOf(req);
    const pair = `${account} ${network}`;
    // Counted before the look at the password, or many guesses at once would all be let through.
    await tries.count(network);
    await guesses.count(account);
    await wrongPasswords.count(pair);
    const begin = (viewer: SignedIn) => req.sessions.start(viewer);
    const viewer = await signIn(context, account, password, begin).catch(async (error: unknown) => {
      // While database or Redis are away nobody guesses, and nobody shall be locked out for trying again.
      await Promise.all([guesses.takeBack(account), wrongPasswords.takeBack(pair)]);
      throw error;
    });
    if (!viewer) {
      context.logger.info({ account: account.slice(0, 60), ip: req.ip }, "sign-in refused");
      const back = localPath(next);
      const locals = {
        values: { login },
        errors: { "": "The name or the password is not right." },
        next: back,
        signUpHref: signUpHref(back),
      };
      const page = { title: "Sign in", scripts: ["scripts/password.js"] };
      return renderPage(context, req, res.status(422), "account/sign-in", page, locals);
    }
    await Promise.all([wrongPasswords.forget(pair), guesses.forget(account)]);
    context.logger.info({ user: viewer.id }, "signed in");
    res.redirect(303, localPath(next) ?? "/");
  });

  router.post("/sign-out", async (req, res) => {
    await req.sessions.end();
    res.set("Clear-Site-Data", '"cache"');
    flash(res, "signed-out");
    res.redirect(303, "/");
  });

  return router;
}
