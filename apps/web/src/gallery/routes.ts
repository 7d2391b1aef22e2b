import { NotFoundError } from "@tendril/runtime";
import { Router, type Request, type Response } from "express";

import type { WebContext } from "../context.ts";
import { renderFragment, renderPage } from "../http/render.ts";
import { presentDay } from "../presenters/dates.ts";
import { presentPendingUpload } from "../presenters/pending-upload.ts";
import { presentTile } from "../presenters/tile.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { listNewest, listOfPerson, listUnready, viewPhoto, type PhotoList } from "./gallery.ts";
import { presentEntry } from "./present.ts";
import { showPhoto } from "./show-photo.ts";

/** Open to everybody. */
export function galleryRoutes(context: WebContext): Router {
  const router = Router();

  router.get("/", async (req, res) => {
    const before = decodeCursor(req.query.before);
    const [list, unready] = await Promise.all([
      listNewest(context, before),
      before ? [] : listUnready(context, req.viewer),
    ]);
    tellWhereFrom(req, res, list);
    const pending = unready.map(presentPendingUpload);
    renderPage(
      context,
      req,
      res,
      "gallery/front",
      {
        title: "Tendril",
        description: "Photos by the people of Tendril, newest first.",
        scripts: pending.length > 0 ? ["scripts/pending.js"] : [],
        wide: true,
      },
      { ...presentList(context, list, "/", before !== null), pending },
    );
  });

  router.get("/feed.atom", async (_req, res) => {
    const { photos } = await listNewest(context, null);
    const entries = photos.map((photo) => presentEntry(context.storage, photo));
    const updated = entries[0]?.publishedAt ?? new Date(0).toISOString();
    const feed = renderFragment(context, "gallery/feed", { entries, updated });
    res.set("Cache-Control", "public, max-age=60").type("application/atom+xml").send(feed);
  });

  router.get("/@:username", async (req, res) => {
    const before = decodeCursor(req.query.before);
    const list = await listOfPerson(context, req.viewer, req.params.username, before);
    const { person, photoCount } = list;
    const isSelf = req.viewer?.id === person.id;
    const pending =
      isSelf && !before ? (await listUnready(context, req.viewer)).map(presentPendingUpload) : [];
    tellWhereFrom(req, res, list);
    renderPage(
      context,
      req,
      res,
      "gallery/photographer",
      {
        title: person.displayName,
        description: `Photos by ${person.displayName} on Tendril.`,
        scripts: pending.length > 0 ? ["scripts/pending.js"] : [],
        wide: true,
      },
      {
        ...presentList(context, list, `/@${person.username}`, before !== null),
        pending,
        isSelf,
        person: {
          username: person.username,
          displayName: person.displayName,
          bio: person.bio,
          photoCount,
          joined: presentDay(person.createdAt),
        },
      },
    );
  });

  router.get("/photos/:slug", async (req, res) => {
    await showPhoto(context, req, res, req.params.slug);
  });

  /** For scripts that put a photo in place once it is ready. */
  router.get("/photos/:slug/tile", async (req, res) => {
    const view = await viewPhoto(context, req.viewer, req.params.slug);
    if (view.kind === "unready") throw new NotFoundError("This photo is not ready yet.");
    const tile = presentTile(context.storage, view.photo, 0);
    res
      .set("Cache-Control", "private, no-store")
      .type("html")
      .send(renderFragment(context, "gallery/_tile", { tile }));
  });

  return router;
}

function presentList(context: WebContext, list: PhotoList, path: string, isOlder: boolean) {
  return {
    tiles: list.photos.map((photo, index) => presentTile(context.storage, photo, index)),
    olderHref: list.older ? `${path}?before=${encodeCursor(list.older)}` : null,
    newestHref: isOlder ? path : null,
  };
}

function tellWhereFrom(req: Request, res: Response, { from }: PhotoList): void {
  req.galleryFrom = from;
  res.set("Server-Timing", `gallery;desc="${from}"`);
}
