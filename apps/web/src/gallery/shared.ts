import type { IncomingMessage } from "node:http";

import type { WebContext } from "../context.ts";
import { accessLog } from "../http/access-log.ts";
import type { Answerer } from "../http/entrance.ts";
import { hasFlash } from "../http/flash.ts";
import { prepare, type Prepared } from "../http/prepared.ts";
import { anyVisitor, pageHtml, tellsWhoServed } from "../http/render.ts";
import { waitsForSchema } from "../http/schema-gate.ts";
import { securityHeaders } from "../http/security-headers.ts";
import { hasSessionCookie } from "../http/sessions.ts";
import { serverTiming } from "../http/where-from.ts";
import { feed, frontPage, partsOf } from "./front.ts";
import type { Edition } from "./front-page.ts";

/**
 * What is alike for everybody goes out as it was made for the first of them, before anybody is asked who they are:
 * no I/O, no template. All others go on to `frontRoutes`.
 */
export function sharedGallery(context: WebContext): Answerer {
  const { config } = context;
  const protection = securityHeaders(context);
  const pages = rememberByEdition((edition) => {
    const locals = { ...partsOf(context, edition), pending: [] };
    const page = frontPage(edition.since);
    return prepare(pageHtml(context, anyVisitor("/"), "gallery/front", page, locals), {
      ...protection,
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-cache",
      Vary: "Cookie",
      "Server-Timing": serverTiming("cache", edition.since),
    });
  });
  const feeds = rememberByEdition((edition) => {
    const { text, headers } = feed(context, edition);
    return prepare(text, {
      ...protection,
      ...headers,
      "Server-Timing": serverTiming("cache", edition.since),
    });
  });
  // Where the page names its server and the request, no two are the same, and a tag would lie.
  const pageIsShared = !tellsWhoServed(context, null);
  const find = (req: IncomingMessage) => {
    if (req.method !== "GET" && req.method !== "HEAD") return undefined;
    if (req.url === "/feed.atom") return feeds;
    const isPage = pageIsShared && req.url === "/";
    return isPage && !hasSessionCookie(config, req) && !hasFlash(req) ? pages : undefined;
  };

  const note = accessLog(context);
  if (config.simulatedLatencyMs > 0) return () => false;

  return (req, res, own) => {
    const shared = waitsForSchema(context.schemaGate) ? undefined : find(req);
    const edition = shared && context.frontPage.known();
    if (!edition) return false;
    note(req, res);
    shared(edition).send(req, res, own);
    return true;
  };
}

function rememberByEdition(make: (edition: Edition) => Prepared): (edition: Edition) => Prepared {
  const made = new WeakMap<Edition, Prepared>();
  return (edition) => {
    const prepared = made.get(edition) ?? make(edition);
    made.set(edition, prepared);
    return prepared;
  };
}
