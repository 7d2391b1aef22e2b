import type { Difference, Evidence } from "../books.ts";

/** What the site said yes to is on record. */
export function* checkVisits(evidence: Evidence): Generator<Difference> {
  const { accepted, users, mails, photos } = evidence;
  const idOf = new Map(users.map(({ username, id }) => [username, id]));
  yield* checkSocial(evidence, (username) => idOf.get(username));
  const events = new Set(mails.map(({ event }) => event));
  for (const username of accepted.signUps) {
    const id = idOf.get(username);
    if (id === undefined || !events.has(`sign-up:${id}`))
      yield { kind: "lost", what: `${username} signed up and has no mail` };
  }
  for (const { userId, from, to } of accepted.resets) {
    const minutes = [from, to].map((time) => Math.floor(time / 60_000));
    if (!minutes.some((minute) => events.has(`reset:${userId}:${minute}`)))
      yield { kind: "lost", what: `person ${userId} asked for a new password and has no mail` };
  }
  for (const { username, formToken } of accepted.photos) {
    const found = photos.filter((photo) => photo.formToken === formToken);
    if (found.length !== 1)
      yield {
        kind: found.length > 1 ? "doubled" : "lost",
        what: `form ${formToken} of ${username} made ${found.length} photos`,
      };
  }
}

function* checkSocial(
  { accepted, follows, comments, likes, photos }: Evidence,
  idOf: (username: string) => number | undefined,
): Generator<Difference> {
  for (const { follower, followee } of accepted.follows)
    if (
      !follows.some((each) => each.follower === idOf(follower) && each.followee === idOf(followee))
    )
      yield {
        kind: "lost",
        what: `${follower} follows ${followee}, of which nothing is on record`,
      };
  for (const { username, slug, body } of accepted.words) {
    const photo = photos.find((each) => each.slug === slug)?.id;
    const user = idOf(username);
    const written = comments.filter(
      (each) => each.photoId === photo && each.userId === user && each.body === body,
    );
    if (written.length !== 1)
      yield {
        kind: written.length > 1 ? "doubled" : "lost",
        what: `${body} of ${username} is there ${written.length} times`,
      };
    if (!likes.some((each) => each.photo === photo && each.user === user))
      yield { kind: "lost", what: `${username} likes ${slug}, of which nothing is on record` };
  }
}
