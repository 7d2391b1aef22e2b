import type { Difference, Evidence } from "../books.ts";

/** What the site said yes to is on record. */
export function* checkVisits({ accepted, users, mails, photos }: Evidence): Generator<Difference> {
  const idOf = new Map(users.map(({ username, id }) => [username, id]));
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
