import {
  countedUpTo,
  type Followers,
  type Likes,
  type Viewer,
  type VisibleComment,
} from "@tendril/database";

import { signInHref } from "../http/sign-in-href.ts";
import { presentMoment } from "../presenters/dates.ts";
import { withMentions } from "./mentions.ts";

/** In words; `scripts/social/count.js` says the same when a number changes on the page. */
export function countText(count: number, noun: string): string {
  if (count === 0) return `No ${noun}s yet`;
  if (count >= countedUpTo) return `${countedUpTo.toLocaleString("en")}+ ${noun}s`;
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** For the view `_toggle`: a button that is on or off, and the number of those for whom it is on. */
function presentToggle(path: string, verb: string, noun: string, isOn: boolean, count: number) {
  return {
    isOn,
    onHref: `${path}/${verb}`,
    offHref: `${path}/un${verb}`,
    noun,
    text: countText(count, noun),
    signInHref: signInHref(path),
  };
}

export function presentLikes({ slug }: { slug: string }, { liked, likes }: Likes) {
  return presentToggle(`/photos/${slug}`, "like", "like", liked, likes);
}

export function presentFollowers(
  { username }: { username: string },
  { following, followers }: Followers,
) {
  return presentToggle(`/@${username}`, "follow", "follower", following, followers);
}

export function presentComment(
  comment: VisibleComment,
  {
    photo,
    viewer,
    people,
    now,
    before,
  }: {
    photo: { slug: string; userId: number };
    viewer: Viewer;
    /** Names of the people whom comments may mention. */
    people: ReadonlySet<string>;
    now: Date;
    /** Which page of earlier comments it stands on; null on the photo's own. */
    before: number | null;
  },
) {
  const { id, body, createdAt, userId, username, displayName } = comment;
  return {
    id,
    href: `/photos/${photo.slug}#comment-${id}`,
    by: { username, displayName, href: `/@${username}` },
    at: presentMoment(createdAt, now),
    body,
    segments: withMentions(body, people),
    deleteHref:
      viewer && (viewer.id === userId || viewer.id === photo.userId)
        ? `/comments/${id}/delete${before === null ? "" : `?before=${before}`}`
        : null,
  };
}
