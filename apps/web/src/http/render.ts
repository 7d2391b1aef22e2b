import type { Request, Response } from "express";

import type { WebContext } from "../context.ts";
import { takeFlash, type FlashMessage } from "./flash.ts";
import { putInPlace, type Prebuilt } from "./prebuilt.ts";
import { fingerprint } from "./prepared.ts";
import type { SignedIn } from "./sessions.ts";
import { signInHref, signUpHref } from "./sign-in-href.ts";
import { template } from "./templates.ts";
import type { WhereFrom } from "./where-from.ts";

export type Page = {
  title: string;
  description?: string;
  /** Asset names of the scripts that this page needs besides those of every page. */
  scripts?: string[];
  /** A style sheet beside that of every page. */
  styles?: "styles/ops.css";
  wide?: boolean;
  /** Where its content begins for whoever skips what comes before; `content` unless said. */
  skipTo?: string;
  robots?: string;
  image?: { url: string; width: number; height: number };
  /** What its reader should know before anything else. */
  notice?: string;
  /** What its body has the place of. */
  prebuilt?: Prebuilt;
  /** Whoever holds the very same page is told so, where pages do not tell who served them. */
  revalidates?: boolean;
  /** Seconds after which browsers without JavaScript ask again. */
  refresh?: number;
};

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

/** Whom a page is made for, and what it shows of their request. */
export type Reader = {
  path: string;
  viewer: SignedIn | null;
  sessionAway: boolean;
  /** How many notifications they have not read, where that is known. */
  unread: number | undefined;
  flash: FlashMessage[];
  /** Which server made the page, for whom that is of interest. */
  served?: { requestId: string; galleryFrom: WhereFrom | undefined };
};

/** Whoever comes without a cookie. Only where pages do not tell who served them are they alike. */
export const anyVisitor = (path: string): Reader => ({
  path,
  viewer: null,
  sessionAway: false,
  unread: undefined,
  flash: [],
});

export const tellsWhoServed = ({ config }: WebContext, viewer: SignedIn | null): boolean =>
  config.local || viewer?.role === "operator";

/** The whole page. `view` is `<feature>/<name>`, as above. */
export function pageHtml(
  context: WebContext,
  reader: Reader,
  view: string,
  page: Page,
  locals: Record<string, unknown>,
): string {
  const { config, instanceId, assets } = context;
  const { viewer, sessionAway, unread, served, flash, path } = reader;
  const notices = page.notice === undefined ? [] : [page.notice];
  if (sessionAway) notices.push(shownAsVisitor);
  const back = isPlaceToReturnTo(path) ? path : null;
  const everywhere = {
    page: { scripts: [], path, ...page },
    viewer,
    site: {
      name: "Tendril",
      unread,
      notices,
      signInHref: signInHref(back),
      signUpHref: signUpHref(back),
      ...(served && {
        footer: {
          servedBy: instanceId,
          gallery: served.galleryFrom,
          requestId: served.requestId,
        },
      }),
    },
    flash,
    asset: assets.url,
    publicUrl: config.publicUrl,
  };
  const body = template(view)({ ...everywhere, ...locals });
  return template("http/layout")({ ...everywhere, body });
}

/** Where somebody looks at something, and wants to go on looking once they are signed in. */
const isPlaceToReturnTo = (path: string) => /^\/(photos\/|@)/.test(path);

const shownAsVisitor =
  "Sign-in is away for a moment, so you are shown as a visitor. You are still signed in.";

export function renderPage(
  context: WebContext,
  req: Request,
  res: Response,
  view: string,
  page: Page,
  locals: Record<string, unknown>,
): void {
  const { viewer } = req;
  const served = tellsWhoServed(context, viewer) && {
    requestId: req.id,
    galleryFrom: req.galleryFrom,
  };
  const html = pageHtml(
    context,
    {
      path: req.path,
      viewer,
      sessionAway: req.sessionAway,
      unread: viewer ? context.unread.known(viewer.id) : undefined,
      flash: takeFlash(req, res, { keep: page.refresh !== undefined || isLive(req) }),
      ...(served && { served }),
    },
    view,
    page,
    locals,
  );
  if (!res.hasHeader("Cache-Control"))
    res.set("Cache-Control", viewer ? "private, no-cache" : "no-cache");
  if (page.revalidates && !viewer && !served) res.set("ETag", `"${fingerprint(html)}"`);
  // Answers with 304 by itself where the tag is known.
  res
    .vary("Cookie")
    .type("html")
    .send(page.prebuilt ? Buffer.concat(putInPlace(html, page.prebuilt)) : html);
}
