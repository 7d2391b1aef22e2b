import {
  countComments,
  findComments,
  findFollowers,
  findLikes,
  findPeopleByUsernames,
  lagging,
  type Database,
  type Viewer,
  type VisibleComment,
  type VisiblePhoto,
} from "@tendril/database";
import type { Clock } from "@tendril/runtime";

import { newFormToken } from "../http/form-token.ts";
import { signInHref } from "../http/sign-in-href.ts";
import { mentionedNames } from "./mentions.ts";
import { countText, presentComment, presentFollowers, presentLikes } from "./present.ts";

const commentsShown = 50;

type Photo = Pick<VisiblePhoto, "id" | "slug" | "userId">;
type Person = { id: number; username: string };

export type SocialParts = ReturnType<typeof createSocialParts>;

/**
 * What pages of other features show of what people do to each other: locals for the views `_likes`,
 * `_comments` and `_follow` of this feature. A page costs a fixed number of queries, however much was said.
 */
export function createSocialParts({ db, clock }: { db: Database; clock: Clock }) {
  /** People see at once what they did themselves. */
  const from = (viewer: Viewer) => (viewer ? db : lagging(db));

  const present = async (
    photo: Photo,
    comments: VisibleComment[],
    viewer: Viewer,
    before: number | null = null,
  ) => {
    const names = new Set(comments.flatMap(({ body }) => mentionedNames(body)));
    const people = await findPeopleByUsernames(from(viewer), [...names]);
    const known = new Set(people.map(({ username }) => username.toLowerCase()));
    const now = clock.now();
    return comments.map((comment) =>
      presentComment(comment, { photo, viewer, people: known, now, before }),
    );
  };

  /** Those before `before`, the earliest first; the newest ones when it is null. */
  const discussion = async (photo: Photo, viewer: Viewer, before: number | null = null) => {
    const read = from(viewer);
    const found = await findComments(read, photo.id, { before, limit: commentsShown });
    const shown = found.slice(0, commentsShown).reverse();
    const hasEarlier = found.length > commentsShown;
    const isAll = before === null && !hasEarlier;
    const [comments, count] = await Promise.all([
      present(photo, shown, viewer, before),
      isAll ? shown.length : countComments(read, photo.id),
    ]);
    const path = `/photos/${photo.slug}`;
    return {
      comments,
      countText: countText(count, "comment"),
      earlierHref: hasEarlier ? `${path}/comments?before=${shown[0]?.id}` : null,
      newestHref: before === null ? null : `${path}#comments`,
      path,
      signInHref: signInHref(`${path}#comments`),
      form: { token: newFormToken(), body: "", error: "" },
    };
  };

  return {
    discussion,

    /** One that was just written, and how many there are with it. */
    async comment(photo: Photo, comment: VisibleComment, viewer: Viewer) {
      const [[presented], count] = await Promise.all([
        present(photo, [comment], viewer),
        countComments(db, photo.id),
      ]);
      if (!presented) throw new Error("One comment became none");
      return { comment: presented, count };
    },

    async onPhoto(photo: Photo, viewer: Viewer) {
      const [likes, discussed] = await Promise.all([
        findLikes(from(viewer), photo.id, viewer),
        discussion(photo, viewer),
      ]);
      return { likes: presentLikes(photo, likes), discussion: discussed };
    },

    async onPerson(person: Person, viewer: Viewer) {
      const followers = await findFollowers(from(viewer), person.id, viewer);
      return { followers: presentFollowers(person, followers) };
    },
  };
}
