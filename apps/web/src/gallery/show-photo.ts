import type { Request, Response } from "express";

import type { WebContext } from "../context.ts";
import { renderPage } from "../http/render.ts";
import { signInHref } from "../http/sign-in-href.ts";
import { presentPendingUpload } from "../presenters/pending-upload.ts";
import { viewPhoto } from "./gallery.ts";
import { presentHidden, presentOriginal, presentPhoto, sharePicture } from "./present.ts";

type EditForm = { values: object; errors: Record<string, string> };

type Attempt = {
  /** Its owner's words that could not be saved, to be mended. */
  form?: EditForm;
  /** Why it could not be tried again. */
  trouble?: string;
};

/** One photo's page, also as the answer to what its owner tried in vain. */
export async function showPhoto(
  context: WebContext,
  req: Request,
  res: Response,
  slug: string,
  { form, trouble }: Attempt = {},
): Promise<void> {
  const view = await viewPhoto(context, req.viewer, slug);
  if (view.kind === "unready") {
    const pending = presentPendingUpload(view.photo);
    const page = {
      title: pending.fileName,
      robots: "noindex",
      scripts: ["scripts/pending.js"],
      ...(pending.status !== "failed" && { refresh: pending.awaitsOriginal ? 60 : 3 }),
    };
    const locals = { pending, trouble: trouble ?? null };
    return renderPage(context, req, res, "gallery/photo-pending", page, locals);
  }
  if (view.kind === "hidden") {
    const hidden = presentHidden(view.photo);
    const page = { title: hidden.name, robots: "noindex" };
    return renderPage(context, req, res, "gallery/photo-hidden", page, { hidden });
  }
  const social = await context.social.onPhoto(view.photo, req.viewer);
  const photo = presentPhoto(context.storage, view.photo, req.viewer);
  const page = {
    title: photo.caption || photo.alt,
    description: photo.alt,
    scripts: [
      "scripts/photo-keys.js",
      "scripts/copy-link.js",
      "scripts/toggles.js",
      "scripts/comments.js",
    ],
    wide: true,
    image: sharePicture(context.storage, view.photo),
    ...(photo.visibility === "link" && { robots: "noindex" }),
  };
  const { newer, older } = view.neighbours;
  const original = view.own && presentOriginal(view.own, context.clock.now());
  const words = { values: photo.words, errors: {}, ...form };
  const neighbours = { newer: link(newer), older: link(older) };
  const operators = linksForOperators(context, req, slug);
  const locals = { photo, original, operators, ...social, ...words, ...neighbours };
  renderPage(context, req, res, "gallery/photo", page, locals);
}

/** On one's own machine everybody is shown that there is something to see, and how: by signing in as an operator. */
function linksForOperators({ config }: WebContext, { viewer }: Request, slug: string) {
  const journey = `/ops/trace/${slug}`;
  if (viewer?.role === "operator") return { journey, hide: `/ops/photos/${slug}/hide` };
  return config.local && !viewer ? { journey: signInHref(journey), hide: null } : null;
}

function link(slug: string | undefined): { href: string } | null {
  return slug === undefined ? null : { href: `/photos/${slug}` };
}
