import { readFileSync } from "node:fs";

import ejs, { type TemplateFunction } from "ejs";
import type { Request, Response } from "express";

import type { WebContext } from "../context.ts";
import { takeFlash } from "./flash.ts";

export type Page = {
  title: string;
  description?: string;
  /** Asset names of the scripts that this page needs besides those of every page. */
  scripts?: string[];
  /** A style sheet beside that of every page. */
  styles?: "styles/ops.css";
  wide?: boolean;
  robots?: string;
  image?: { url: string; width: number; height: number };
  /** Seconds after which browsers without JavaScript ask again. */
  refresh?: number;
};

const source = new URL("../", import.meta.url);
const compiled = new Map<string, TemplateFunction>();

/** `view` is `<feature>/<name>`, for `<feature>/views/<name>.ejs`; a feature may have folders. */
function template(view: string): TemplateFunction {
  const known = compiled.get(view);
  if (known) return known;
  const slash = view.lastIndexOf("/");
  const file = new URL(`${view.slice(0, slash)}/views/${view.slice(slash + 1)}.ejs`, source);
  const made = ejs.compile(readFileSync(file, "utf8"), { filename: file.pathname });
  compiled.set(view, made);
  return made;
}

/** A part of a page by itself, for scripts that put it in place. */
export function renderFragment(
  context: WebContext,
  view: string,
  locals: Record<string, unknown>,
): string {
  return template(view)({
    ...locals,
    asset: context.assets.url,
    publicUrl: context.config.publicUrl,
  });
}

/** Asked by the script of a page that is open already: what is said once is for the page that a person opens. */
function isLive(req: Request): boolean {
  return req.get("x-live") !== undefined;
}

export function renderPage(
  context: WebContext,
  req: Request,
  res: Response,
  view: string,
  page: Page,
  locals: Record<string, unknown>,
): void {
  const { config, instanceId, assets } = context;
  const viewer = req.viewer;
  const showsInstance = config.local || viewer?.role === "operator";
  const everywhere = {
    page: { scripts: [], path: req.path, ...page },
    viewer,
    site: {
      name: "Tendril",
      unread: viewer ? context.unread.known(viewer.id) : undefined,
      ...(req.sessionAway && {
        notice:
          "Sign-in is away for a moment, so you are shown as a visitor. You are still signed in.",
      }),
      ...(showsInstance && {
        footer: { servedBy: instanceId, gallery: req.galleryFrom, requestId: req.id },
      }),
    },
    flash: takeFlash(req, res, { keep: page.refresh !== undefined || isLive(req) }),
    asset: assets.url,
    publicUrl: config.publicUrl,
  };
  const body = template(view)({ ...everywhere, ...locals });
  if (!res.hasHeader("Cache-Control"))
    res.set("Cache-Control", viewer ? "private, no-cache" : "no-cache");
  res
    .vary("Cookie")
    .type("html")
    .send(template("http/layout")({ ...everywhere, body }));
}
