import type { PhotoCursor, VisiblePhoto } from "@tendril/database";
import type { Storage } from "@tendril/storage";

import { encodeCursor } from "../http/cursor.ts";
import { presentTile } from "./tile.ts";

export type PhotoList = {
  photos: VisiblePhoto[];
  older: PhotoCursor | null;
  from: "cache" | "database";
};

/** Lists ask for one photo more than fits; that one only says that there is an older page. */
export function cutToPage(
  photos: readonly VisiblePhoto[],
  pageSize: number,
): Pick<PhotoList, "photos" | "older"> {
  const shown = photos.slice(0, pageSize);
  return { photos: shown, older: photos.length > pageSize ? (shown.at(-1) ?? null) : null };
}

/** For the views `_grid` and `_pages`. `path`: of the list; `isOlder`: not its first page. */
export function presentList(
  storage: Pick<Storage, "cdnBaseUrl">,
  { photos, older }: Pick<PhotoList, "photos" | "older">,
  path: string,
  isOlder: boolean,
) {
  return {
    tiles: photos.map((photo, index) => presentTile(storage, photo, index)),
    olderHref: older ? `${path}?before=${encodeCursor(older)}` : null,
    newestHref: isOlder ? path : null,
  };
}
