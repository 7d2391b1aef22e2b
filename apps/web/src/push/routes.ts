import express, { Router, type Request, type Response } from "express";
import { NotFoundError } from "@tendril/runtime";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { nameOfBrowser } from "../http/browser-name.ts";
import { flash, type FlashCode } from "../http/flash.ts";
import { createLimit } from "../http/limits.ts";
import { wantsJson } from "../http/negotiate.ts";
import { settingsPages } from "../http/settings-pages.ts";
import { renderPage } from "../http/render.ts";
import { signedIn } from "../http/sessions.ts";
import { forgetBrowser, forgetEndpoint, sendTest, subscribe, subscriptionForm } from "./push.ts";
import { pushSetting } from "./setting.ts";
import { forgetThisBrowser, readThisBrowser, rememberThisBrowser } from "../http/this-browser.ts";

const settingPath = "/settings/push";
const idParameter = z.coerce.number().int().positive();

/** Which of a person's browsers are told. */
export function pushRoutes(context: WebContext): Router {
  const router = Router();
  const { config, redis } = context;
  const json = express.json({ limit: "10kb" });
  const subscriptions = createLimit(redis, {
    name: "push-subscription",
    points: 60,
    seconds: 3_600,
    message: "This browser was turned on and off too often. Wait a little.",
  });
  const tests = createLimit(redis, {
    name: "push-test",
    points: 10,
    seconds: 600,
    message: "That were many tests. Wait a few minutes.",
  });
  router.post("/push-subscriptions", json, async (req, res) => {
    const viewer = signedIn(req);
    if (config.vapidPublicKey === null) throw new NotFoundError("Pushes are not offered here.");
    const form = subscriptionForm.parse(req.body ?? {});
    await subscriptions.count(String(viewer.id));
    const browser = await subscribe(context, viewer, form, nameOfBrowser(req));
    rememberThisBrowser(config, res, browser);
    res.status(201).json({ subscribed: true });
  });

  router.post("/push-subscriptions/delete", json, async (req, res) => {
    const viewer = signedIn(req);
    const { endpoint } = z.object({ endpoint: z.string() }).parse(req.body ?? {});
    await forgetEndpoint(context, viewer, endpoint);
    forgetThisBrowser(config, res);
    res.json({ subscribed: false });
  });

  const done = (req: Request, res: Response, code: FlashCode) => {
    if (wantsJson(req)) return void res.json({ done: code });
    flash(res, code);
    res.redirect(303, settingPath);
  };

  router.post("/push-subscriptions/:id/delete", async (req, res) => {
    await forgetBrowser(context, signedIn(req), readId(req));
    done(req, res, "browser-removed");
  });

  router.post("/push-subscriptions/:id/test", async (req, res) => {
    const viewer = signedIn(req);
    await tests.count(String(viewer.id));
    await sendTest(context, viewer, readId(req), req.id);
    done(req, res, "test-sent");
  });

  router.get(settingPath, async (req, res) => {
    const push = await pushSetting(context, signedIn(req), readThisBrowser(config, req));
    if (!push) throw new NotFoundError("Pushes are not offered here.");
    const page = { title: "Notifications in your browsers", scripts: ["scripts/push-setting.js"] };
    const locals = { push, settingsPages: settingsPages(context.config) };
    renderPage(context, req, res, "push/setting", page, locals);
  });

  return router;
}

function readId(req: Request): number {
  const id = idParameter.safeParse(req.params["id"]);
  if (!id.success) throw new NotFoundError();
  return id.data;
}
