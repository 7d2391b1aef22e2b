import type { VisiblePhoto } from "@tendril/database";
import { fallbackWidth, jpegName, variantUrl, type Storage } from "@tendril/storage";

import { layOutRows } from "./picture-rows.ts";
import { oneLine, shorten, withoutLinks } from "./plain-words.ts";

type Places = { storage: Pick<Storage, "cdnBaseUrl">; publicUrl: string };

/** Rows of pictures for `_pictures`. JPEG, as some mail programs show nothing newer. */
export function layOutPictures(photos: readonly VisiblePhoto[], places: Places) {
  return layOutRows(photos).map(({ cells }) =>
    cells.map(({ picture, ...size }) => ({ ...size, ...describePhoto(picture, places) })),
  );
}

function describePhoto(photo: VisiblePhoto, { storage, publicUrl }: Places) {
  const caption = shorten(oneLine(photo.caption));
  const name = withoutLinks(oneLine(photo.displayName));
  return {
    src: variantUrl(storage, photo.fileKey, jpegName(fallbackWidth(photo))),
    alt: shorten(oneLine(photo.alt)) || caption || `A photo by ${name}`,
    text: caption || "A photo",
    by: name,
    link: `${publicUrl}/photos/${photo.slug}`,
  };
}
