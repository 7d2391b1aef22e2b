import type { IncomingMessage } from "node:http";

import type { WebContext } from "../context.ts";
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
import { memberPage } from "./member-page.ts";

/**
 * What is alike for everybody goes out as it was made for the first of them, before anybody is asked who they are:
 * no I/O, no template. Members get what `memberPage` makes; all others go on to `frontRoutes`.
 */
export function sharedGallery(context: WebContext): Answerer {
  const { config } = context;
  const protection = securityHeaders(context);
  const page = alikeForAll(context, (edition) => {
    const locals = { ...partsOf(context, edition).whole, pending: [] };
    const about = frontPage(edition.since);
    return prepare(pageHtml(context, anyVisitor("/"), "gallery/front", about, locals), {
      ...protection,
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-cache",
      Vary: "Cookie",
      "Server-Timing": serverTiming("cache", edition.since),
    });
  });
  const atom = alikeForAll(context, (edition) => {
    const { text, headers } = feed(context, edition);
    return prepare(text, {
      ...protection,
      ...headers,
      "Server-Timing": serverTiming("cache", edition.since),
    });
  });
  // Where the page names its server and the request, no two are the same, and a tag would lie.
  const pageIsShared = !tellsWhoServed(context, null);
  const member = memberPage(context);
  const find = (req: IncomingMessage): Answerer | undefined => {
    if (waitsForSchema(context.schemaGate)) return undefined;
    if (req.method !== "GET" && req.method !== "HEAD") return undefined;
    if (req.url === "/feed.atom") return atom;
    if (!pageIsShared || req.url !== "/" || hasFlash(req)) return undefined;
    return hasSessionCookie(config, req) ? member : page;
  };

  if (config.simulatedLatencyMs > 0) return (_req, _res, _own, pass) => pass();
  return (req, res, own, pass) => {
    const answer = find(req);
    if (answer) answer(req, res, own, pass);
    else pass();
  };
}

/** Made once for each edition; without one, the app asks for it. */
function alikeForAll({ frontPage }: WebContext, make: (edition: Edition) => Prepared): Answerer {
  const made = new WeakMap<Edition, Prepared>();
  return (req, res, own, pass) => {
    const edition = frontPage.known();
    if (!edition) return pass();
    const prepared = made.get(edition) ?? make(edition);
    made.set(edition, prepared);
    prepared.send(req, res, own);
  };
}
