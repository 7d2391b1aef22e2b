import { BadRequestError, InvalidInputError, NotFoundError } from "@tendril/runtime";
import express, { Router, type Request, type Response } from "express";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { errorsByField } from "../http/form-errors.ts";
import { createLimit } from "../http/limits.ts";
import { wantsJson } from "../http/negotiate.ts";
import { renderFragment, renderPage } from "../http/render.ts";
import { signedIn } from "../http/sessions.ts";
import { presentTile } from "../presenters/tile.ts";
import { comment, commentForm, uncomment } from "./comments.ts";
import { photoFor } from "./social.ts";

const id = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);

export function commentRoutes(context: WebContext): Router {
  const router = Router();
  // Far more than a comment can have: what is too long comes back with its words.
  const form = express.urlencoded({ extended: false, limit: "200kb" });
  const perPerson = createLimit(context.redis, {
    name: "comments",
    points: 200,
    seconds: 3_600,
    message: "That is a lot of comments for one hour. Go on a little later.",
  });

  const showComments = async (
    req: Request,
    res: Response,
    slug: string,
    { before = null, ...form }: { before?: number | null; body?: string; error?: string },
  ) => {
    const photo = await photoFor(context.db, req.viewer, slug);
    const discussion = await context.social.discussion(photo, req.viewer, before);
    const tile = presentTile(context.storage, photo, 0);
    const page = {
      title: `Comments on ${photo.caption || tile.alt}`,
      robots: "noindex",
      scripts: ["scripts/comments.js"],
    };
    renderPage(context, req, res, "social/comments", page, {
      tile,
      caption: photo.caption,
      discussion: { ...discussion, form: { ...discussion.form, ...form } },
    });
  };

  router.get("/photos/:slug/comments", async (req, res) => {
    const before = id.optional().safeParse(req.query.before);
    if (!before.success) throw new BadRequestError("This address does not lead to comments.");
    await showComments(req, res, req.params.slug, { before: before.data ?? null });
  });

  router.post("/photos/:slug/comments", form, async (req, res) => {
    const { slug } = req.params;
    const viewer = signedIn(req, `/photos/${slug}`);
    const read = commentForm.safeParse(req.body ?? {});
    if (!read.success) {
      const errors = errorsByField(read.error);
      if (errors.form_token !== undefined) throw new BadRequestError(errors.form_token);
      const { body } = z.object({ body: z.string().catch("") }).parse(req.body ?? {});
      if (wantsJson(req)) throw new InvalidInputError(errors.body ?? "", errors);
      return showComments(req, res.status(422), slug, { body, error: errors.body ?? "" });
    }
    await perPerson.count(String(viewer.id));
    const written = await comment(context, { id: viewer.id, trace: req.id }, slug, read.data);
    const shown = await context.social.comment(written.photo, written.comment, viewer);
    if (!wantsJson(req)) return res.redirect(303, shown.comment.href);
    const { segments: _, deleteHref: __, ...facts } = shown.comment;
    const html = renderFragment(context, "social/_comment", { comment: shown.comment });
    res.status(written.isNew ? 201 : 200).json({ ...facts, html, comments: shown.count });
  });

  router.post("/comments/:id/delete", async (req, res) => {
    const viewer = signedIn(req);
    const read = id.safeParse(req.params.id);
    const before = id.optional().catch(undefined).parse(req.query.before);
    if (!read.success) throw new NotFoundError("There is no such comment.");
    const actor = { id: viewer.id, trace: req.id };
    const { photoSlug, comments } = await uncomment(context, actor, read.data);
    if (wantsJson(req)) return void res.json({ id: read.data, deleted: true, comments });
    const page = before === undefined ? "" : `/comments?before=${before}`;
    res.redirect(303, `/photos/${photoSlug}${page}#comments`);
  });

  return router;
}
