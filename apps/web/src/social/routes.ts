import { Router } from "express";

import type { WebContext } from "../context.ts";
import { decodeCursor } from "../http/cursor.ts";
import { createLimit } from "../http/limits.ts";
import { wantsJson } from "../http/negotiate.ts";
import { renderPage } from "../http/render.ts";
import { signedIn } from "../http/sessions.ts";
import { tellWhereFrom } from "../http/where-from.ts";
import { presentList } from "../presenters/photo-list.ts";
import { commentRoutes } from "./comment-routes.ts";
import { follow, like, listFollowed, unfollow, unlike } from "./social.ts";

/** What people do to each other, with and without JavaScript. */
export function socialRoutes(context: WebContext): Router {
  const router = Router();
  const perPerson = createLimit(context.redis, {
    name: "reactions",
    points: 1_000,
    seconds: 3_600,
    message: "That is a lot for one hour. Go on a little later.",
  });

  for (const [verb, act] of [["like", like] as const, ["unlike", unlike] as const]) {
    router.post(`/photos/:slug/${verb}`, async (req, res) => {
      const path = `/photos/${req.params.slug}`;
      const viewer = signedIn(req, path);
      await perPerson.count(String(viewer.id));
      const likes = await act(context, { id: viewer.id, trace: req.id }, req.params.slug);
      if (wantsJson(req)) return void res.json(likes);
      res.redirect(303, path);
    });
  }

  for (const [verb, act] of [["follow", follow] as const, ["unfollow", unfollow] as const]) {
    router.post(`/@:username/${verb}`, async (req, res) => {
      const path = `/@${req.params.username}`;
      const viewer = signedIn(req, path);
      await perPerson.count(String(viewer.id));
      const followers = await act(context, { id: viewer.id, trace: req.id }, req.params.username);
      if (wantsJson(req)) return void res.json(followers);
      res.redirect(303, path);
    });
  }

  router.get("/following", async (req, res) => {
    const viewer = signedIn(req);
    const before = decodeCursor(req.query.before);
    const list = await listFollowed(context, viewer, before);
    tellWhereFrom(req, res, list.from);
    renderPage(
      context,
      req,
      res,
      "social/following",
      { title: "Following", robots: "noindex", wide: true },
      {
        ...presentList(context.storage, list, "/following", before !== null),
        pending: [],
        followed: list.followed,
      },
    );
  });

  return router.use(commentRoutes(context));
}
