import {
  countFollowed,
  endFollow,
  endLike,
  findFollowedPhotos,
  findFollowers,
  findLikes,
  findUserById,
  findUserByUsername,
  findVisiblePhoto,
  startFollow,
  startLike,
  transaction,
  type Database,
  type Followers,
  type Likes,
  type PhotoCursor,
  type UserRow,
  type VisiblePhoto,
} from "@tendril/database";
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from "@tendril/runtime";

import type { WebContext } from "../context.ts";
import { cutToPage, type PhotoList } from "../presenters/photo-list.ts";
import { tell } from "./tell.ts";

/** Whoever does something, by a request that is traced. */
export type Actor = { id: number; trace: string };

/** What `/following` costs grows with it. */
const maxFollowed = 2_000;

export async function photoFor(
  db: Database,
  viewer: { id: number } | null,
  slug: string,
): Promise<VisiblePhoto> {
  const photo = await findVisiblePhoto(db, viewer, slug);
  if (!photo) throw new NotFoundError("There is no such photo. It may have been deleted.");
  return photo;
}

/** A session may outlive the good standing of its person. */
export async function refuseSuspended(tx: Database, actor: Actor): Promise<void> {
  const user = await findUserById(tx, actor.id);
  if (!user || user.suspendedAt)
    throw new ForbiddenError("This account is suspended, so others would not see this.");
}

export function like({ db, clock, outbox }: WebContext, actor: Actor, slug: string) {
  return transaction(db, async (tx): Promise<Likes> => {
    const photo = await photoFor(tx, actor, slug);
    await refuseSuspended(tx, actor);
    if (await startLike(tx, { photoId: photo.id, userId: actor.id }, clock.now())) {
      const about = { actorId: actor.id, photoId: photo.id, commentId: null };
      const like = { userId: photo.userId, kind: "like", groupKey: `like:${photo.id}` } as const;
      await tell(outbox, tx, { ...like, ...about }, actor.trace);
    }
    return findLikes(tx, photo.id, actor);
  });
}

export async function unlike({ db, clock }: WebContext, actor: Actor, slug: string) {
  const photo = await photoFor(db, actor, slug);
  await endLike(db, { photoId: photo.id, userId: actor.id }, clock.now());
  return findLikes(db, photo.id, actor);
}

export function follow({ db, clock, outbox }: WebContext, actor: Actor, username: string) {
  return transaction(db, async (tx): Promise<Followers> => {
    const person = await personFor(tx, username);
    if (person.id === actor.id) throw new InvalidInputError("You cannot follow yourself.");
    await refuseSuspended(tx, actor);
    if ((await countFollowed(tx, actor.id)) >= maxFollowed)
      throw new ConflictError(
        `You follow ${maxFollowed.toLocaleString("en")} people, which is the most there can be.`,
      );
    const pair = { followerId: actor.id, followeeId: person.id };
    if (await startFollow(tx, pair, clock.now())) {
      const about = { actorId: actor.id, photoId: null, commentId: null };
      const follow = { userId: person.id, kind: "follow", groupKey: "follow" } as const;
      await tell(outbox, tx, { ...follow, ...about }, actor.trace);
    }
    return findFollowers(tx, person.id, actor);
  });
}

export async function unfollow({ db, clock }: WebContext, actor: Actor, username: string) {
  const person = await personFor(db, username);
  await endFollow(db, { followerId: actor.id, followeeId: person.id }, clock.now());
  return findFollowers(db, person.id, actor);
}

async function personFor(db: Database, username: string): Promise<UserRow> {
  const person = await findUserByUsername(db, username);
  if (!person) throw new NotFoundError("Nobody here goes by that name.");
  return person;
}

/** `followed`: how many people; they may have shown nothing. */
export async function listFollowed(
  { db, config }: WebContext,
  viewer: { id: number },
  before: PhotoCursor | null,
): Promise<PhotoList & { followed: number }> {
  const [photos, followed] = await Promise.all([
    findFollowedPhotos(db, viewer, { before, limit: config.pageSize }),
    countFollowed(db, viewer.id),
  ]);
  return { ...cutToPage(photos, config.pageSize), from: "database", followed };
}
