import {
  countDigestPhotos,
  findDigestPhotos,
  type DigestPhotographer,
  type UserRow,
} from "@tendril/database";
import { isTimeZone } from "@tendril/notifications";
import { z } from "zod";

import { layOutPictures } from "../pictures.ts";
import { oneLine, shorten, withoutLinks } from "../plain-words.ts";
import { mayBeTold, type FindContent } from "../content.ts";

const mostPhotos = 9;
const mostPeople = 12;

const about = z.object({ from: z.coerce.date(), until: z.coerce.date() });

export const digest: FindContent = async ({ db, storage, config }, mail, user) => {
  if (!mayBeTold(mail, user) || user.digest === "off") return null;
  const span = { userId: user.id, ...about.parse(JSON.parse(mail.about ?? "{}")) };
  const [photos, people] = await Promise.all([
    findDigestPhotos(db, span, mostPhotos),
    countDigestPhotos(db, span),
  ]);
  const total = people.reduce((sum, { count }) => sum + count, 0);
  if (photos.length === 0 || total === 0) return null;

  const named = people.map((person) => ({ ...person, displayName: oneLine(person.displayName) }));
  const [caption] = photos.flatMap(({ caption }) => shorten(oneLine(caption)) || []);
  return {
    subject: titleOf(total, named),
    preheader: caption ?? "What the people you follow have shown since the last digest.",
    locals: {
      kicker: `Your ${user.digest} digest, ${describeSpan(span, user)}`,
      title: titleOf(total, named.map(withoutLinkedName)),
      rows: layOutPictures(photos, { storage, publicUrl: config.publicUrl }),
      people: named.slice(0, mostPeople).map((person) => ({
        name: withoutLinks(person.displayName),
        count: person.count === 1 ? "1 new photo" : `${person.count} new photos`,
        link: `${config.publicUrl}/@${person.username}`,
      })),
      others: Math.max(0, named.length - mostPeople),
      link: `${config.publicUrl}/following`,
    },
    stops: "digest",
  };
};

const withoutLinkedName = (person: DigestPhotographer) => ({
  ...person,
  displayName: withoutLinks(person.displayName),
});

function titleOf(total: number, people: readonly DigestPhotographer[]): string {
  const names = people.map(({ displayName }) => displayName);
  const shown = names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} others`] : names;
  const by = new Intl.ListFormat("en-GB").format(shown);
  return total === 1 ? `A new photo by ${by}` : `${total} new photos by ${by}`;
}

/** By the reader's calendar. */
function describeSpan({ from, until }: { from: Date; until: Date }, { timeZone }: UserRow): string {
  const zone = timeZone !== null && isTimeZone(timeZone) ? timeZone : "UTC";
  const format = new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "long",
    timeZone: zone,
  });
  // The thin spaces around the dash are squares in some fonts.
  return format.formatRange(from, until).replace(/\s/g, " ");
}
