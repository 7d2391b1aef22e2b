import {
  countPhotos,
  findHiddenPhotos,
  findNeighbours,
  findOwnPhoto,
  findUnreadyPhotos,
  findUserByUsername,
  findVisiblePhoto,
  findVisiblePhotos,
  isDatabaseAway,
  lagging,
  type PhotoRow,
  type PhotoCursor,
  type UserRow,
  type Viewer,
  type VisiblePhoto,
} from "@tendril/database";
import { NotFoundError } from "@tendril/runtime";

import type { WebContext } from "../context.ts";
import { cutToPage, type PhotoList } from "../presenters/photo-list.ts";

/** Own photos on their way, shown before the others. */
const unreadyShown = 12;

/** One more than the page holds. */
export function findOlder(context: WebContext, before: PhotoCursor): Promise<VisiblePhoto[]> {
  const { pageSize } = context.config;
  return findVisiblePhotos(lagging(context.db), null, { before, limit: pageSize });
}

export async function listOfPerson(
  context: WebContext,
  viewer: Viewer,
  username: string,
  before: PhotoCursor | null,
): Promise<PhotoList & { person: UserRow; photoCount: number }> {
  const person = await findUserByUsername(context.db, username);
  if (!person) throw new NotFoundError("Nobody here goes by that name.");
  const { pageSize } = context.config;
  const [photos, photoCount] = await Promise.all([
    findVisiblePhotos(context.db, viewer, { before, limit: pageSize, userId: person.id }),
    countPhotos(context.db, person.id, { own: viewer?.id === person.id }),
  ]);
  return { ...cutToPage(photos, pageSize), from: "database", person, photoCount };
}

/** None while the database is away: the front page is shown from the cache then, also to its people. */
export async function listUnready(
  context: Pick<WebContext, "db" | "unready">,
  viewer: Viewer,
): Promise<PhotoRow[]> {
  if (!viewer || !context.unready.mayHave(viewer.id)) return [];
  try {
    return await findUnreadyPhotos(context.db, viewer.id, unreadyShown);
  } catch (error) {
    if (isDatabaseAway(error)) return [];
    throw error;
  }
}

/** Most that their owner is shown of photos that operators took down. */
const hiddenShown = 20;

export function listHidden({ db }: WebContext, viewer: { id: number }): Promise<PhotoRow[]> {
  return findHiddenPhotos(db, viewer.id, hiddenShown);
}

export type PhotoView =
  | {
      kind: "ready";
      photo: VisiblePhoto;
      /** What only its owner may know, for its owner. */
      own: PhotoRow | null;
      neighbours: { newer?: string; older?: string };
    }
  /** The owner's own, on its way or failed. */
  | { kind: "unready"; photo: PhotoRow }
  /** The owner's own, taken down by an operator. */
  | { kind: "hidden"; photo: PhotoRow };

export async function viewPhoto(
  context: WebContext,
  viewer: Viewer,
  slug: string,
): Promise<PhotoView> {
  const photo = await findVisiblePhoto(context.db, viewer, slug);
  if (photo) {
    const isOwner = viewer?.id === photo.userId;
    const [neighbours, own] = await Promise.all([
      photo.visibility === "public" ? findNeighbours(lagging(context.db), photo) : {},
      isOwner ? findOwnPhoto(context.db, viewer, slug) : null,
    ]);
    return { kind: "ready", photo, own, neighbours };
  }
  const own = viewer && (await findOwnPhoto(context.db, viewer, slug));
  if (!own) throw new NotFoundError("There is no such photo. It may have been deleted.");
  return { kind: own.hiddenAt ? "hidden" : "unready", photo: own };
}
