import type { Request, RequestHandler } from "express";

import type { WebContext } from "../context.ts";
import { forgetSignedOut } from "./push.ts";
import { forgetThisBrowser, readThisBrowser, type ThisBrowser } from "../http/this-browser.ts";

/**
 * Ends the pushes to a browser whose person signs out, or that somebody else is signed in with by now:
 * what the one before is told is none of their business. Before all routes, as any may be the first they see.
 */
export function forgetSignedOutBrowsers(context: WebContext): RequestHandler {
  const { config, logger } = context;
  return async (req, res, next) => {
    const browser = readThisBrowser(config, req);
    if (!browser || !isOver(req, browser)) return next();
    try {
      await forgetSignedOut(context, browser);
      forgetThisBrowser(config, res);
    } catch (error) {
      // Signing out must not fail for this. The cookie stays, so the next person's visit tries again.
      logger.warn({ err: error }, "a browser that was signed out of is not forgotten yet");
    }
    next();
  };
}

function isOver(req: Request, { userId }: ThisBrowser): boolean {
  if (req.viewer && req.viewer.id !== userId) return true;
  return req.method === "POST" && req.path === "/sign-out" && !req.sessionAway;
}
