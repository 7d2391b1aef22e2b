import { setTimeout as delay } from "node:timers/promises";

import { type Client, createClient } from "../client/client.ts";
import type { Person } from "./carry-out.ts";
import { type Asking, insist, pauseMs } from "./insist.ts";
import { seeded } from "./random.ts";
import { cameFrom, cookieOf, picture, signIn, signUp, upload } from "./visitor-requests.ts";

/** What the site said yes to. */
export type Accepted = {
  signUps: string[];
  /** Between these moments the site took the wish for a new password. */
  resets: { userId: number; from: number; to: number }[];
  photos: { username: string; formToken: string }[];
  follows: { follower: string; followee: string }[];
  /** What was written below photos: the comment, and who liked the photo besides. */
  words: { username: string; slug: string; body: string }[];
};

export type Visits = { signUps: number; resets: number; photos: number; words: number };

type Options = Asking & {
  urls: readonly string[];
  seed: number;
  visits: Visits;
  people: readonly Person[];
  /** Over this time they come. */
  spreadMs: number;
  /** Resolves when their address is confirmed and their browser takes pushes. */
  settleIn: (username: string) => Promise<unknown>;
  /** A photo that everybody sees by now. */
  findPhoto: (n: number) => Promise<string | undefined>;
};

type Member = { username: string; clients: Client[] };

/** Each newcomer follows so many who came before, and is followed by them. */
const neighbours = 4;

/** People with browsers: they try again, anywhere, until they are answered. */
export async function visit(options: Options, accepted: Accepted): Promise<void> {
  const { visits, spreadMs, seed, signal } = options;
  const random = seeded(seed, "visitors");
  const beginAt = Date.now();
  const each = async (count: number, work: (n: number) => Promise<void>) => {
    for (let n = 0; n < count && !signal.aborted; n++) {
      await delay(Math.max(0, beginAt + (spreadMs * n) / count - Date.now()), undefined, {
        signal,
      });
      await work(n);
    }
  };
  const members: Member[] = [];
  await Promise.all([
    each(visits.signUps, async (n) => {
      const username = `visitor-${n}`;
      const clients = options.urls.map(createClient);
      const answer = await insist(options, `sign-up ${n}`, clients.slice(0, 1), (c) =>
        signUp(c, username, n),
      );
      accepted.signUps.push(username);
      // Answered by nobody and done all the same: what is missing is the session.
      if (answer.status === 422)
        await insist(options, `sign-in ${n}`, clients.slice(0, 1), (c) => signIn(c, username));
      await options.settleIn(username);
      const member = { username, clients };
      const others = members.slice(-neighbours);
      members.push(member);
      for (const other of others) {
        await follow(options, accepted, member, other);
        await follow(options, accepted, other, member);
      }
    }),
    each(visits.resets, async (n) => {
      const person = options.people[random.between(0, options.people.length - 1)];
      if (!person) return;
      const clients = options.urls.map(createClient);
      let from = Date.now();
      await insist(options, `reset ${n}`, clients, (client) => {
        from = Date.now();
        return client.post("/forgot-password", { email: person.email }, cameFrom(n));
      });
      accepted.resets.push({ userId: person.id, from, to: Date.now() });
    }),
    each(visits.photos, async (n) => {
      while (members.length === 0 && !signal.aborted) await delay(pauseMs);
      const { username, clients } = members[n % members.length] ?? { username: "", clients: [] };
      const formToken = `chaos-photo-${n}`;
      const content = await picture(n);
      const cookie = cookieOf(clients);
      await insist(options, `upload ${n}`, clients, (client) =>
        upload(client, cookie, formToken, content),
      );
      accepted.photos.push({ username, formToken });
    }),
    each(visits.words, async (n) => {
      let slug: string | undefined;
      while (!(slug = await options.findPhoto(n).catch(() => undefined)))
        await delay(pauseMs, undefined, { signal });
      const { username, clients } = members[n % members.length] ?? { username: "", clients: [] };
      const headers = { cookie: cookieOf(clients) };
      const body = `Comment ${n}`;
      await insist(options, `comment ${n}`, clients, (client) =>
        client.post(
          `/photos/${slug}/comments`,
          { form_token: `chaos-comment-${n}`, body },
          headers,
        ),
      );
      await insist(options, `like ${n}`, clients, (client) =>
        client.post(`/photos/${slug}/like`, {}, headers),
      );
      accepted.words.push({ username, slug, body });
    }),
  ]);
}

async function follow(
  options: Options,
  accepted: Accepted,
  { username: follower, clients }: Member,
  { username: followee }: Member,
): Promise<void> {
  const headers = { cookie: cookieOf(clients) };
  await insist(options, `${follower} follows ${followee}`, clients, (client) =>
    client.post(`/@${followee}/follow`, {}, headers),
  );
  accepted.follows.push({ follower, followee });
}
