import type { VisiblePhoto } from "@tendril/database";

import type { WebContext } from "../context.ts";
import { prebuilt, type Prebuilt } from "../http/prebuilt.ts";
import { renderFragment, type Page } from "../http/render.ts";
import { presentTime } from "../presenters/dates.ts";
import { cutToPage, presentList } from "../presenters/photo-list.ts";
import type { Edition } from "./front-page.ts";
import { presentEntry } from "./present.ts";

/** What the view of the front page needs of its photos. The tiles are alike for everybody, so they come as HTML. */
export type FrontParts = {
  tilesHtml: string;
  olderHref: string | null;
  newestHref: string | null;
};

export function frontParts(
  context: WebContext,
  photos: readonly VisiblePhoto[],
  { isOlder }: { isOlder: boolean },
): FrontParts {
  const list = cutToPage(photos, context.config.pageSize);
  const { tiles, olderHref, newestHref } = presentList(context.storage, list, "/", isOlder);
  const tilesHtml = renderFragment(context, "gallery/_tiles", { tiles }).trim();
  return { tilesHtml, olderHref, newestHref };
}

type EditionParts = {
  whole: FrontParts;
  /** With a place for the tiles. */
  around: FrontParts;
  tiles: Prebuilt;
};
const made = new WeakMap<Edition["photos"], EditionParts>();

/** Made once for each edition, by whichever request comes first. */
export function partsOf(context: WebContext, { photos }: Edition): EditionParts {
  const known = made.get(photos);
  if (known) return known;
  const whole = frontParts(context, photos, { isOlder: false });
  const tiles = prebuilt(whole.tilesHtml);
  // An empty gallery has words instead.
  const around = { ...whole, tilesHtml: whole.tilesHtml && tiles.place };
  const parts = { whole, around, tiles };
  made.set(photos, parts);
  return parts;
}

export function frontPage(since: Date | null): Page {
  return {
    title: "Tendril",
    description: "Photos by the people of Tendril, newest first.",
    wide: true,
    ...(since && {
      notice: `Our database cannot be reached right now. These are the photos as they were on ${presentTime(since, null).text}; everything else comes back with it.`,
    }),
  };
}

/** XML cannot write these at all: one in somebody's words, and no reader would take the feed. */
const notInXml = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

export function feed(context: WebContext, { photos }: Edition) {
  const list = cutToPage(photos, context.config.pageSize);
  const entries = list.photos.map((photo) => presentEntry(context.storage, photo));
  const updated = entries[0]?.publishedAt ?? new Date(0).toISOString();
  return {
    text: renderFragment(context, "gallery/feed", { entries, updated }).replace(notInXml, ""),
    headers: {
      "Content-Type": "application/atom+xml; charset=utf-8",
      "Cache-Control": "public, max-age=60",
    },
  };
}
