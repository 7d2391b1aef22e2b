import { describeMails, type UnsubscribeScope } from "@tendril/notifications";
import express, { Router, type Request, type RequestHandler, type Response } from "express";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { renderPage } from "../http/render.ts";
import {
  findWanted,
  mailKinds,
  readLink,
  sendAgain,
  stopMails,
  usualMails,
  type MailKind,
} from "./unsubscribe.ts";

const text = z.string().catch("");

/** What a mail program posts (RFC 8058) is none of these: its whole word is the address. */
const form = z.object({
  token: text,
  everything: z.literal("1").optional(),
  /** Undoes it: these mails are sent again. */
  again: z
    .string()
    .transform((list) => list.split(","))
    .pipe(z.array(z.enum(mailKinds)))
    .optional(),
});

type Outcome = "ask" | "stopped" | "again" | "gone";

/** Open to everybody who has the link from a mail: it says who they are, and no cookie is asked. */
export function unsubscribeRoutes(context: WebContext): Router {
  const router = Router();
  const unseen: RequestHandler = (_req, res, next) => {
    res.set({ "Cache-Control": "no-store", "X-Robots-Tag": "noindex" });
    next();
  };

  // Programs that look at links before people do change nothing.
  router.get("/unsubscribe", unseen, async (req, res) => {
    const token = text.parse(req.query.token);
    const { user, scope } = await readLink(context, token);
    if (!user) return show(req, res, "gone", { token, scope, again: [] });
    const wanted = await findWanted(context, user, scope);
    const outcome = wanted.length > 0 ? "ask" : "stopped";
    show(req, res, outcome, { token, scope, again: usualMails(scope), username: user.username });
  });

  const body = express.urlencoded({ extended: false, limit: "20kb" });
  router.post("/unsubscribe", unseen, body, async (req, res) => {
    const read = form.parse(req.body ?? {});
    const token = text.parse(req.query.token) || read.token;
    const link = await readLink(context, token);
    const scope = read.everything ? "all" : link.scope;
    const { user } = link;
    if (!user) return show(req, res, "gone", { token, scope, again: [] });

    const { username } = user;
    if (read.again) {
      await sendAgain(context, user, read.again);
      return show(req, res, "again", { token, scope: link.scope, again: [], username });
    }
    const stopped = await stopMails(context, user, scope);
    const again = stopped.length > 0 ? stopped : usualMails(scope);
    show(req, res, "stopped", { token, scope, again, username });
  });

  const show = (
    req: Request,
    res: Response,
    outcome: Outcome,
    locals: { token: string; scope: UnsubscribeScope; again: MailKind[]; username?: string },
  ) =>
    renderPage(
      context,
      req,
      res,
      "unsubscribe/unsubscribe",
      { title: outcome === "ask" ? "Unsubscribe?" : "Your mails", robots: "noindex" },
      { username: "", ...locals, outcome, mails: describeMails(locals.scope) },
    );

  return router;
}
