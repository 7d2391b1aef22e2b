import type { EmailMessageRow, JobRow } from "@tendril/database";

import type { Difference, Evidence } from "../books.ts";

/** Every event is counted once, for whom it is; and all that was to be told was told, once for each window. */
export function* checkNotifications(evidence: Evidence): Generator<Difference> {
  yield* checkCauses(evidence);
  yield* checkCounts(evidence);
  yield* checkTelling(evidence);
  yield* checkDigests(evidence);
}

const keyOf = (user: number, groupKey: string) => `${groupKey} of person ${user}`;

/** What people did, by whom it concerns. */
function* causesOf({ follows, likes, comments, photos }: Evidence) {
  const ownerOf = new Map(photos.map(({ id, userId }) => [id, userId]));
  for (const { follower, followee } of follows)
    yield { user: followee, groupKey: "follow", actor: follower };
  for (const { photo, user } of likes)
    yield { user: ownerOf.get(photo) ?? 0, groupKey: `like:${photo}`, actor: user };
  for (const { photoId, userId } of comments)
    yield { user: ownerOf.get(photoId) ?? 0, groupKey: `comment:${photoId}`, actor: userId };
}

/** One job for each of them, in the same transaction. */
function* checkCauses(evidence: Evidence): Generator<Difference> {
  const name = (user: number, groupKey: string, actor: number) =>
    `${keyOf(user, groupKey)}, by ${actor}`;
  const count = (names: readonly string[]) => Map.groupBy(names, (each) => each);
  const jobs = count(
    evidence.jobs
      .filter((job) => job.name === "notify-person")
      .map(({ payload }: JobRow) => JSON.parse(payload))
      .map(({ userId, groupKey, actorId }) => name(userId, groupKey, actorId)),
  );
  const causes = count(
    [...causesOf(evidence)]
      .filter(({ user, actor }) => user !== actor)
      .map(({ user, groupKey, actor }) => name(user, groupKey, actor)),
  );
  for (const key of new Set([...jobs.keys(), ...causes.keys()])) {
    const [made, due] = [jobs.get(key)?.length ?? 0, causes.get(key)?.length ?? 0];
    if (made !== due)
      yield { kind: made < due ? "lost" : "doubled", what: `${key}: ${due} events, ${made} jobs` };
  }
}

function* checkCounts(evidence: Evidence): Generator<Difference> {
  const due = new Map<string, number>();
  const add = (key: string, count: number) => due.set(key, (due.get(key) ?? 0) + count);
  for (const { user, groupKey, actor } of causesOf(evidence))
    if (user !== actor) add(keyOf(user, groupKey), 1);
  for (const { follower, followee, at } of evidence.follows) {
    // Whoever followed before they were announced.
    const shown = evidence.photos.filter(
      ({ userId, announcedAt }) => userId === followee && announcedAt !== null && announcedAt >= at,
    );
    if (shown.length > 0) add(keyOf(follower, `photos:${followee}`), shown.length);
  }
  const counted = new Map<string, number>();
  for (const { user, groupKey, count } of evidence.notifications)
    counted.set(keyOf(user, groupKey), (counted.get(keyOf(user, groupKey)) ?? 0) + count);
  for (const key of new Set([...due.keys(), ...counted.keys()])) {
    const [is, should] = [counted.get(key) ?? 0, due.get(key) ?? 0];
    if (is !== should)
      yield { kind: is < should ? "lost" : "doubled", what: `${key}: ${is} counted of ${should}` };
  }
  for (const { id, announcedAt } of evidence.photos)
    if (announcedAt === null) yield { kind: "lost", what: `photo ${id} was never announced` };
}

/** Of likes people are told by push alone, unless they say otherwise. */
function* checkTelling({ notifications, mails }: Evidence): Generator<Difference> {
  const mailsOf = Map.groupBy(mails, ({ event }) => event);
  for (const { id, kind, telling, windowFrom } of notifications) {
    const what = `notification ${id} (${kind})`;
    if (windowFrom !== null) yield { kind: "stuck", what: `${what} has an open window` };
    if (telling === 0) yield { kind: "lost", what: `${what} was never told` };
    for (let n = 1; n <= telling; n++) {
      const written = mailsOf.get(`notification:${id}:${n}`)?.length ?? 0;
      const wanted = kind === "like" ? 0 : 1;
      if (written !== wanted)
        yield {
          kind: written < wanted ? "lost" : "doubled",
          what: `${what} has ${written} mails for its window ${n}`,
        };
    }
    if (mailsOf.has(`notification:${id}:${telling + 1}`))
      yield { kind: "doubled", what: `${what} has a mail for a window that was not told` };
  }
}

/** No photo is told twice to the same person. */
function* checkDigests({ mails }: Evidence): Generator<Difference> {
  const digests = mails.filter(({ template }) => template === "digest");
  const spanOf = ({ about }: EmailMessageRow): { from: string; until: string } =>
    JSON.parse(about ?? "{}");
  for (const [user, theirs] of Map.groupBy(digests, ({ userId }) => userId)) {
    const spans = theirs.map(spanOf).toSorted((a, b) => a.from.localeCompare(b.from));
    for (const [n, { from }] of spans.entries()) {
      const before = spans[n - 1];
      if (before && before.until > from)
        yield { kind: "doubled", what: `two digests of person ${user} tell of ${from}` };
    }
  }
}
