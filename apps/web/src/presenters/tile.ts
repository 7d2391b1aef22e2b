import type { VisiblePhoto } from "@tendril/database";
import {
  fallbackWidth,
  jpegName,
  variantUrl,
  variantWidths,
  webpName,
  type Storage,
} from "@tendril/storage";

import { placeholderUrl } from "./placeholder.ts";

/** Above the fold on most screens: loaded at once, not when scrolled to. */
const eagerTiles = 4;

export function presentTile(
  storage: Pick<Storage, "cdnBaseUrl">,
  photo: VisiblePhoto,
  index: number,
) {
  const { slug, alt, caption, width, height, fileKey, placeholder } = photo;
  return {
    slug,
    href: `/photos/${slug}`,
    alt: alt || caption || `Photo by ${photo.displayName}`,
    width,
    height,
    ratioClass: ratioClass(width / height),
    placeholder: placeholder === null ? null : placeholderUrl(placeholder),
    webpSrcset: variantWidths(photo)
      .map((w) => `${variantUrl(storage, fileKey, webpName(w))} ${w}w`)
      .join(", "),
    jpegSrc: variantUrl(storage, fileKey, jpegName(fallbackWidth(photo))),
    eager: index < eagerTiles,
    by: { username: photo.username, displayName: photo.displayName, href: `/@${photo.username}` },
  };
}

/** The style sheet knows ratios from 0.50 to 3.00 in steps of 0.05; inline styles are not allowed. */
export function ratioClass(ratio: number): string {
  const clamped = Math.min(3, Math.max(0.5, ratio));
  return `r-${Math.round((clamped * 100) / 5) * 5}`;
}
