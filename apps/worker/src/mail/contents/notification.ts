import {
  findAnnouncedPhotos,
  findNotification,
  findPreferences,
  findUserByUsername,
  findVisiblePhoto,
  findVisiblePhotos,
  isStillSo,
  type NotificationFacts,
  type UserRow,
  type VisiblePhoto,
} from "@tendril/database";
import { describeNotification, isWanted } from "@tendril/notifications";
import { describeFailure } from "@tendril/storage";
import { z } from "zod";

import type { WorkerContext } from "../../context.ts";
import { layOutPictures } from "../pictures.ts";
import { lines, oneLine, shorten, withoutLinks } from "../plain-words.ts";
import { mayBeTold, type FindContent } from "../content.ts";

const most = 6;
const latest = 3;

/** `from` and `until`: when what it tells of happened. */
const about = z.object({
  notificationId: z.int().positive(),
  from: z.coerce.date().optional(),
  until: z.coerce.date().optional(),
});

type Told = { facts: NotificationFacts; photos: VisiblePhoto[] };

/** One mail for all kinds. */
export const notification: FindContent = async (context, mail, user) => {
  if (!mayBeTold(mail, user)) return null;
  const { notificationId, from, until } = about.parse(JSON.parse(mail.about ?? "{}"));
  const facts = await findNotification(context.db, notificationId);
  // Whoever has read it in the gallery by now knows.
  if (!facts || facts.readAt || !(await isWantedNow(context, user, facts))) return null;

  const span = { from: from ?? facts.firstAt, until: until ?? facts.lastAt };
  const told = await findTold(context, user, facts, span);
  return told && write(context, told);
};

async function isWantedNow({ db }: WorkerContext, user: UserRow, { kind }: NotificationFacts) {
  return isWanted(await findPreferences(db, user.id), kind, "mail");
}

/** What is left of what happened; null when that is nothing. */
async function findTold(
  { db }: WorkerContext,
  user: UserRow,
  facts: NotificationFacts,
  span: { from: Date; until: Date },
): Promise<Told | null> {
  const { id, kind, count } = facts;
  if (kind === "photos") {
    const found = await findAnnouncedPhotos(db, { notificationId: id, ...span }, most);
    const [newest] = found.photos;
    if (!newest) return null;
    const { slug: photoSlug, caption: photoCaption } = newest;
    return {
      facts: { ...facts, photoSlug, photoCaption, count: found.count },
      photos: found.photos,
    };
  }
  if (count === 1) {
    const named = ofOwnPhotos.has(kind) || facts.actorName !== null;
    const said = (kind !== "comment" && kind !== "mention") || facts.comment !== null;
    if (!named || !said || !(await isStillSo(db, id))) return null;
  }
  if (kind === "follow") return { facts, photos: await findLatest(db, facts) };
  // Nobody sees these pictures now; told is why, unless that has changed.
  if (kind === "failed") return count > 1 || facts.photoFailure ? { facts, photos: [] } : null;
  if (kind === "hidden") return facts.photoHiddenReason ? { facts, photos: [] } : null;
  const photo = facts.photoSlug && (await findVisiblePhoto(db, user, facts.photoSlug));
  // What became link-only meanwhile is for its owner, and for those who were given the link.
  if (!photo || (photo.visibility !== "public" && photo.userId !== user.id)) return null;
  return { facts, photos: [photo] };
}

/** Who follows is known by what they show. */
async function findLatest(
  db: WorkerContext["db"],
  { actorUsername }: NotificationFacts,
): Promise<VisiblePhoto[]> {
  const actor = actorUsername && (await findUserByUsername(db, actorUsername));
  if (!actor) return [];
  const page = { before: null, limit: latest, userId: actor.id };
  return (await findVisiblePhotos(db, null, page)).slice(0, latest);
}

function write({ config, storage }: WorkerContext, { facts, photos }: Told) {
  const { kind } = facts;
  const actorName = facts.actorName && oneLine(facts.actorName);
  const words = describeNotification({ ...facts, actorName });
  const shown = { ...facts, actorName: actorName && withoutLinks(actorName) };
  const quote = quoted(facts, words.text);
  const caption =
    kind !== "photos" || photos.length === 1
      ? shorten(oneLine((ofOwnPhotos.has(kind) ? words.text : facts.photoCaption) ?? ""))
      : "";
  return {
    subject: oneLine(words.title),
    preheader: oneLine(quote.length > 0 ? words.text : caption) || "See it in the gallery.",
    locals: {
      title: describeNotification(shown).title,
      quote,
      caption: kind === "comment" || kind === "mention" ? "" : caption,
      rows: layOutPictures(photos, { storage, publicUrl: config.publicUrl }),
      link: config.publicUrl + words.path,
      action: kind === "photos" && photos.length === 1 ? "See the photo" : actions[kind],
    },
    stops: kind,
  };
}

/** What somebody said, or why something is so. */
function quoted(facts: NotificationFacts, text: string): string[] {
  const { kind, count, photoFailure, photoHiddenReason } = facts;
  if (kind === "comment" || kind === "mention") return lines(text);
  if (kind === "failed" && count === 1) return [describeFailure(photoFailure ?? "gave-up")];
  return kind === "hidden" ? lines(photoHiddenReason ?? "") : [];
}

/** Of these there is nobody else to be named. */
const ofOwnPhotos: ReadonlySet<NotificationFacts["kind"]> = new Set([
  "original",
  "failed",
  "mended",
  "hidden",
]);

const actions: Record<NotificationFacts["kind"], string> = {
  follow: "See who it is",
  like: "See your photo",
  comment: "Read and answer",
  mention: "Read and answer",
  photos: "See all of it",
  original: "Go to the photo",
  failed: "See what can be done",
  mended: "See your photo",
  hidden: "See your photo",
};
