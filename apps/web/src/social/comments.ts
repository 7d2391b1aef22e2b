import { createHash } from "node:crypto";

import {
  countComments,
  findComment,
  findPeopleByUsernames,
  findUserById,
  insertComment,
  removeComment,
  transaction,
  type CommentRow,
  type Database,
  type VisibleComment,
  type VisiblePhoto,
} from "@tendril/database";
import { ConflictError, ForbiddenError, NotFoundError } from "@tendril/runtime";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { formToken } from "../http/form-token.ts";
import { showsNothing, tidy } from "../http/typed-text.ts";
import { mentionedNames } from "./mentions.ts";
import { photoFor, refuseSuspended, type Actor } from "./social.ts";
import { tell } from "./tell.ts";

/** In characters as people count them, not in the units of JavaScript's strings. */
const maxCharacters = 2_000;

export const commentForm = z.object({
  form_token: formToken,
  body: z
    .string("Write something first.")
    .transform(tidy)
    .refine((body) => !showsNothing(body), "Write something first.")
    .refine(
      (body) => [...body].length <= maxCharacters,
      `A comment can have up to ${maxCharacters.toLocaleString("en")} characters.`,
    ),
});
export type CommentWords = z.output<typeof commentForm>;

export type Written = { comment: VisibleComment; photo: VisiblePhoto; isNew: boolean };

/** The comment, and word of it to the photographer and to those whom it mentions: all or nothing. */
export function comment(
  { db, clock, outbox }: WebContext,
  actor: Actor,
  slug: string,
  { body, form_token }: CommentWords,
): Promise<Written> {
  return transaction(db, async (tx) => {
    const photo = await photoFor(tx, actor, slug);
    await refuseSuspended(tx, actor);
    const { comment, isNew } = await insertComment(tx, {
      photoId: photo.id,
      userId: actor.id,
      body,
      formToken: tokenOf(form_token, photo.id, body),
      createdAt: clock.now(),
    });
    if (comment.removedAt)
      throw new ConflictError("This comment was deleted since. Load the photo's page again.");
    if (isNew) {
      for (const heard of await listeners(tx, photo, comment)) {
        const about = { actorId: actor.id, photoId: photo.id, commentId: comment.id };
        await tell(outbox, tx, { ...heard, ...about }, actor.trace);
      }
    }
    return { comment: await withAuthor(tx, comment), photo, isNew };
  });
}

/** Back in the browser's history a form holds its old token: other words in it are another comment. */
function tokenOf(token: string, photoId: number, body: string): string {
  return createHash("sha256")
    .update(`${token} ${photoId} ${body}`)
    .digest("base64url")
    .slice(0, 32);
}

/** Each once: a photographer who is mentioned below their own photo hears of the comment. */
async function listeners(tx: Database, photo: VisiblePhoto, { body }: CommentRow) {
  const mentioned = await findPeopleByUsernames(tx, mentionedNames(body));
  return [
    { userId: photo.userId, kind: "comment", groupKey: `comment:${photo.id}` } as const,
    ...mentioned
      .filter(({ id }) => id !== photo.userId)
      .map(({ id }) => ({ userId: id, kind: "mention", groupKey: `mention:${photo.id}` }) as const),
  ];
}

async function withAuthor(tx: Database, comment: CommentRow): Promise<VisibleComment> {
  const author = await findUserById(tx, comment.userId);
  if (!author) throw new NotFoundError();
  return { ...comment, username: author.username, displayName: author.displayName };
}

/** By who wrote it or whose photo it is about. Answers the photo, and how many comments it has left. */
export async function uncomment({ db, clock }: WebContext, actor: Actor, id: number) {
  const comment = await findComment(db, id);
  if (!comment) throw new NotFoundError("There is no such comment.");
  if (comment.userId !== actor.id && comment.photoOwnerId !== actor.id)
    throw new ForbiddenError(
      "A comment can be deleted by the person who wrote it and by the photographer.",
    );
  await removeComment(db, id, clock.now());
  return { photoSlug: comment.photoSlug, comments: await countComments(db, comment.photoId) };
}
