import { NotFoundError } from "@tendril/runtime";
import { Router } from "express";

import type { WebContext } from "../context.ts";
import { decodeCursor } from "../http/cursor.ts";
import { renderFragment, renderPage } from "../http/render.ts";
import { tellWhereFrom } from "../http/where-from.ts";
import { presentDay } from "../presenters/dates.ts";
import { presentPendingUpload } from "../presenters/pending-upload.ts";
import { presentList } from "../presenters/photo-list.ts";
import { presentTile } from "../presenters/tile.ts";
import { listHidden, listOfPerson, listUnready, viewPhoto } from "./gallery.ts";
import { presentHidden } from "./present.ts";
import { showPhoto } from "./show-photo.ts";

/** Open to everybody. */
export function galleryRoutes(context: WebContext): Router {
  const router = Router();

  router.get("/@:username", async (req, res) => {
    const before = decodeCursor(req.query.before);
    const list = await listOfPerson(context, req.viewer, req.params.username, before);
    const { person, photoCount } = list;
    const isSelf = req.viewer?.id === person.id;
    const [social, unready, taken] = await Promise.all([
      context.social.onPerson(person, req.viewer),
      isSelf && !before ? listUnready(context, req.viewer) : [],
      isSelf && !before ? listHidden(context, person) : [],
    ]);
    const pending = unready.map(presentPendingUpload);
    tellWhereFrom(req, res, list.from);
    renderPage(
      context,
      req,
      res,
      "gallery/photographer",
      {
        title: before ? `Older photos by ${person.displayName}` : person.displayName,
        description: `Photos by ${person.displayName} on Tendril.`,
        scripts: ["scripts/toggles.js", ...(pending.length > 0 ? ["scripts/pending.js"] : [])],
        wide: true,
      },
      {
        ...social,
        ...presentList(context.storage, list, `/@${person.username}`, before !== null),
        pending,
        hidden: taken.map(presentHidden),
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
    if (view.kind !== "ready") throw new NotFoundError("This photo is not ready yet.");
    const tile = presentTile(context.storage, view.photo, 0);
    res
      .set("Cache-Control", "private, no-store")
      .type("html")
      .send(renderFragment(context, "gallery/_tile", { tile }));
  });

  return router;
}
