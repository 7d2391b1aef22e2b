import type { PhotoRow, Viewer, VisiblePhoto } from "@tendril/database";
import { fallbackWidth, jpegName, variantUrl, type Storage } from "@tendril/storage";

import { presentDay } from "../presenters/dates.ts";
import { presentTile } from "../presenters/tile.ts";

/** One photo, large, with all that is said about it. */
export function presentPhoto(
  storage: Pick<Storage, "cdnBaseUrl">,
  photo: VisiblePhoto,
  viewer: Viewer,
) {
  return {
    ...presentTile(storage, photo, 0),
    caption: photo.caption,
    /** As its owner wrote them, for the form that changes them. */
    words: {
      caption: photo.caption,
      alt: photo.alt,
      credit: photo.credit,
      visibility: photo.visibility,
    },
    credit: photo.credit || null,
    visibility: photo.visibility,
    takenAt: photo.takenAt && presentDay(photo.takenAt),
    publishedAt: presentDay(photo.publishedAt),
    isOwner: viewer?.id === photo.userId,
  };
}

/** How the way of an original out of the archive stands; nothing of it is said when there was none. */
export function presentOriginal(photo: PhotoRow, now: Date) {
  const { restoreState, restoreAskedAt, restoreUntil } = photo;
  return {
    askedAt: restoreState === "requested" && restoreAskedAt ? presentDay(restoreAskedAt) : null,
    hereUntil: restoreUntil && restoreUntil > now ? presentDay(restoreUntil) : null,
  };
}

/** For previews where a link is shared; JPEG, because not every program there knows WebP. */
export function sharePicture(storage: Pick<Storage, "cdnBaseUrl">, photo: VisiblePhoto) {
  const width = fallbackWidth(photo);
  return {
    url: variantUrl(storage, photo.fileKey, jpegName(width)),
    width,
    height: Math.max(1, Math.round((photo.height * width) / photo.width)),
  };
}

/** One photo in the feed (RFC 4287). */
export function presentEntry(storage: Pick<Storage, "cdnBaseUrl">, photo: VisiblePhoto) {
  const { alt, href, jpegSrc, by } = presentTile(storage, photo, 0);
  return {
    title: photo.caption || alt,
    alt,
    href,
    jpegSrc,
    by,
    credit: photo.credit || null,
    publishedAt: photo.publishedAt.toISOString(),
  };
}

/** A photo of one's own that an operator took down. */
export function presentHidden({ slug, caption, fileName, hiddenAt, hiddenReason }: PhotoRow) {
  return {
    slug,
    href: `/photos/${slug}`,
    name: caption || fileName,
    reason: hiddenReason ?? "",
    since: presentDay(hiddenAt ?? new Date(0)),
  };
}
