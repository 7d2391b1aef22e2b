import type { IncomingMessage } from "node:http";

import type { WebContext } from "../context.ts";
import type { Answerer } from "../http/entrance.ts";
import { putInPlace } from "../http/prebuilt.ts";
import { fingerprint, type Headers } from "../http/prepared.ts";
import { pageHtml, tellsWhoServed } from "../http/render.ts";
import { securityHeaders } from "../http/security-headers.ts";
import { sessionReader, type SignedIn } from "../http/sessions.ts";
import { readThisBrowser } from "../http/this-browser.ts";
import { serverTiming } from "../http/where-from.ts";
import { frontPage, partsOf } from "./front.ts";
import type { Edition } from "./front-page.ts";

/** Some 8 KB each, beside the tiles that they share. */
const mostKept = 500;

/** What a member's page is made of, and nothing else: the same are shown the same page. */
type Member = { viewer: SignedIn; unread: number | undefined };

type MemberPage = { tag: string; pieces: Buffer[]; ok: string[]; notModified: string[] };

/**
 * The front page of somebody who is signed in, as long as it takes no more than their session and what this process
 * knows. Whatever more there is to do or to say, or goes wrong, is the app's, which gets the session from here.
 */
export function memberPage(context: WebContext): Answerer {
  const { config, suspensions, unready, unread } = context;
  const readSession = sessionReader(context);
  const pageOf = rememberPages(context);

  const isOrdinary = (req: IncomingMessage, viewer: SignedIn) =>
    !tellsWhoServed(context, viewer) &&
    !suspensions.has(viewer.id) &&
    !unready.mayHave(viewer.id) &&
    (readThisBrowser(config, req)?.userId ?? viewer.id) === viewer.id;

  const find = async (req: IncomingMessage) => {
    const viewer = (await readSession(req))?.viewer;
    const edition = context.frontPage.known();
    if (!viewer || !edition || !isOrdinary(req, viewer)) return undefined;
    return pageOf(edition, { viewer, unread: unread.known(viewer.id) });
  };

  return async (req, res, own, pass) => {
    // What went wrong goes wrong there, too, and is answered there.
    const page = await find(req).catch(() => undefined);
    if (!page) return pass();
    if (req.headers["if-none-match"]?.includes(page.tag))
      return void res.writeHead(304, [...page.notModified, ...own]).end();
    res.writeHead(200, [...page.ok, ...own]);
    res.cork();
    for (const piece of page.pieces) res.write(piece);
    res.end();
    res.uncork();
  };
}

/** Members come back while the photos are the same. What is kept is forgotten with them. */
function rememberPages(context: WebContext) {
  const protection = securityHeaders(context);
  const kept = new WeakMap<Edition, Map<string, MemberPage>>();
  return (edition: Edition, member: Member): MemberPage => {
    const pages = kept.get(edition) ?? new Map<string, MemberPage>();
    kept.set(edition, pages);
    const key = JSON.stringify(member);
    const page = pages.get(key) ?? makePage(context, protection, edition, member);
    // Behind all others: those in front were asked for longest ago.
    pages.delete(key);
    pages.set(key, page);
    for (const [oldest] of pages) {
      if (pages.size <= mostKept) break;
      pages.delete(oldest);
    }
    return page;
  };
}

function makePage(
  context: WebContext,
  protection: Headers,
  edition: Edition,
  member: Member,
): MemberPage {
  const { tiles, around } = partsOf(context, edition);
  const reader = { ...member, path: "/", sessionAway: false, flash: [] };
  const locals = { ...around, pending: [] };
  const html = pageHtml(context, reader, "gallery/front", frontPage(edition.since), locals);
  const pieces = putInPlace(html, tiles);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  // Without the place of the tiles, which is another in each process.
  const tag = fingerprint(html.replace(tiles.place, tiles.tag));
  const notModified = {
    "Server-Timing": serverTiming("cache", edition.since),
    "Cache-Control": "private, no-cache",
    Vary: "Cookie",
    ETag: `"${tag}"`,
  };
  const ok = {
    ...protection,
    ...notModified,
    "Content-Type": "text/html; charset=utf-8",
    "Content-Length": String(length),
  };
  return {
    tag,
    pieces,
    ok: Object.entries(ok).flat(),
    notModified: Object.entries(notModified).flat(),
  };
}
