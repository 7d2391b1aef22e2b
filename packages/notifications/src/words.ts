import type { NotificationFacts, NotificationKind } from "@tendril/database";

/** The same words on the page, in a mail's subject and on a lock screen. Plain text: whoever shows it escapes it. */
export type NotificationWords = {
  /** What happened, as one sentence without a full stop. */
  title: string;
  /** What it is about: a caption or a comment; may be empty. */
  text: string;
  /** Where one looks at it. */
  path: string;
};

const longestText = 200;

const titles: Record<NotificationKind, (who: string, count: number) => string> = {
  follow: (who) => `${who} follow${isMany(who) ? "" : "s"} you`,
  like: (who) => `${who} like${isMany(who) ? "" : "s"} your photo`,
  comment: (who, count) =>
    count === 1 ? `${who} commented on your photo` : `${count} new comments on your photo`,
  mention: (who, count) =>
    count === 1 ? `${who} mentioned you` : `You were mentioned ${count} times`,
  photos: (who, count) =>
    count === 1 ? `${who} shared a new photo` : `${who} shared ${count} new photos`,
  original: () => "Your original is back from the archive",
  failed: (_, count) =>
    count === 1
      ? "Your photo could not be made ready"
      : `${count} of your photos could not be made ready`,
  mended: (_, count) =>
    count === 1 ? "Your photo is ready after all" : `${count} of your photos are ready after all`,
  hidden: () => "Your photo was hidden by the operators",
};

export function describeNotification(facts: NotificationFacts): NotificationWords {
  const { kind, count, photoCaption, comment } = facts;
  return {
    title: titles[kind](who(facts), count),
    text: shorten(comment ?? (photoCaption || ownFileName(facts)) ?? ""),
    path: pathOf(facts),
  };
}

/** What one's own photo is known by when it has no caption. */
function ownFileName({ kind, photoFileName }: NotificationFacts): string | null {
  return kind === "failed" || kind === "mended" || kind === "hidden" ? photoFileName : null;
}

/** Photos and comments are counted, people are named: the latest, and how many others. */
function who({ kind, actorName, count }: NotificationFacts): string {
  const name = actorName ?? "Somebody";
  if ((kind !== "follow" && kind !== "like") || count === 1) return name;
  return count === 2 ? `${name} and one other` : `${name} and ${count - 1} others`;
}

const isMany = (who: string) => / and (one other|\d+ others)$/.test(who);

function pathOf({ kind, count, actorUsername, photoSlug }: NotificationFacts): string {
  const person = actorUsername === null ? "/notifications" : `/@${actorUsername}`;
  if (kind === "follow") return person;
  const isMany = kind === "photos" || kind === "failed" || kind === "mended";
  if (isMany && count > 1) return person;
  return photoSlug === null ? person : `/photos/${photoSlug}`;
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length <= longestText
    ? text
    : `${characters.slice(0, longestText - 1).join("")}…`;
}
