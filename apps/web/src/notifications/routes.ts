import { BadRequestError } from "@tendril/runtime";
import express, { Router } from "express";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { decodeCursor, encodeCursor } from "../http/cursor.ts";
import { openEventStream } from "../http/event-stream.ts";
import { wantsJson } from "../http/negotiate.ts";
import { renderPage } from "../http/render.ts";
import { signedIn } from "../http/sessions.ts";
import { listForPerson, readAll, readShown, refuseTooManyStreams } from "./notifications.ts";
import { presentNotification } from "./present.ts";

/** `<id>.<count>`, as the page that showed it said. */
const seen = z
  .string()
  .regex(/^\d{1,15}\.\d{1,9}$/)
  .transform((text) => {
    const [id = "", count = ""] = text.split(".");
    return { id: Number(id), count: Number(count) };
  });

/** By script: what is on the page. By the button: all that there was when the page was made. */
const reading = z.union([
  z.object({ until: z.iso.datetime().transform((text) => new Date(text)) }),
  z.object({ seen: z.union([seen.transform((one) => [one]), z.array(seen).max(200)]) }),
]);

export function notificationRoutes(context: WebContext): Router {
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: "20kb" });

  router.get("/notifications", async (req, res) => {
    const viewer = signedIn(req);
    const cursor = decodeCursor(req.query.before);
    const before = cursor && { lastAt: cursor.publishedAt, id: cursor.id };
    const now = context.clock.now();
    const { notifications, older, unread } = await listForPerson(context, viewer.id, before);
    const items = notifications.map((each) => presentNotification(context.storage, each, now));
    const olderHref =
      older && `/notifications?before=${encodeCursor({ publishedAt: older.lastAt, id: older.id })}`;
    if (wantsJson(req)) {
      res.set("Cache-Control", "private, no-store").vary("Accept");
      return void res.json({ notifications: items, unread, older: olderHref });
    }
    const locals = { items, unread, olderHref, isOlder: before !== null, until: now.toISOString() };
    renderPage(
      context,
      req,
      res.vary("Accept"),
      "notifications/notifications",
      { title: "Notifications", robots: "noindex", scripts: ["scripts/notifications.js"] },
      locals,
    );
  });

  router.post("/notifications/read", form, async (req, res) => {
    const viewer = signedIn(req);
    const read = reading.safeParse(req.body ?? {});
    if (!read.success) throw new BadRequestError("This does not say what was read.");
    const unread =
      "until" in read.data
        ? await readAll(context, viewer.id, read.data.until)
        : await readShown(context, viewer.id, read.data.seen);
    if (wantsJson(req)) res.json({ unread });
    else res.redirect(303, "/notifications");
  });

  router.get("/api/notifications/events", (req, res) => {
    const viewer = signedIn(req);
    refuseTooManyStreams(context, viewer.id);
    const stream = openEventStream(req, res);
    const watching = context.unread.watch(
      viewer.id,
      (count) => stream.send("unread", { count }),
      stream.close,
    );
    void stream.closed.then(() => watching[Symbol.dispose]());
  });

  return router;
}
