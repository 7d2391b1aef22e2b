import { setTimeout as delay } from "node:timers/promises";

import sharp from "sharp";

import { type Client, createClient, type Page, PASSWORD } from "../client/client.ts";
import { seeded } from "./random.ts";
import type { Person } from "./carry-out.ts";

/** What the site said yes to. */
export type Accepted = {
  signUps: string[];
  /** Between these moments the site took the wish for a new password. */
  resets: { userId: number; from: number; to: number }[];
  photos: { username: string; formToken: string }[];
};

export type Visits = { signUps: number; resets: number; photos: number };

type Options = {
  urls: readonly string[];
  seed: number;
  visits: Visits;
  people: readonly Person[];
  /** Over this time they come. */
  spreadMs: number;
  /** Who is still asking, and what the answer was last. */
  asking: Map<string, string>;
  signal: AbortSignal;
};

const pauseMs = 300;

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
  const members: { username: string; clients: Client[] }[] = [];
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
      members.push({ username, clients });
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
      // Whom one web process knows, the others know too.
      const cookie = clients[0]?.cookies.header ?? "";
      await insist(options, `upload ${n}`, clients, (client) =>
        upload(client, cookie, formToken, content),
      );
      accepted.photos.push({ username, formToken });
    }),
  ]);
}

/** Each visitor has an address of its own, as limits are by address. */
const cameFrom = (n: number) => ({
  "x-forwarded-for": `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`,
});

const signUp = (client: Client, username: string, n: number) =>
  client.post(
    "/sign-up",
    { username, email: `${username}@example.com`, password: PASSWORD },
    cameFrom(n),
  );

const signIn = (client: Client, login: string) =>
  client.post("/sign-in", { login, password: PASSWORD });

function upload(
  client: Client,
  cookie: string,
  formToken: string,
  content: Uint8Array<ArrayBuffer>,
): Promise<Page> {
  const file = { field: "photos", name: `${formToken}.jpg`, content, type: "image/jpeg" };
  return client.postMultipart("/upload", { form_token: formToken }, [file], { cookie });
}

/** Asks now here, now there, until somebody answers something else than "later". */
async function insist(
  { signal, asking }: Options,
  who: string,
  clients: readonly Client[],
  ask: (client: Client) => Promise<Page>,
): Promise<Page> {
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted();
    const client = clients[tries % clients.length];
    if (!client) throw new Error("There is nobody to ask");
    const page = await ask(client).catch((error: unknown) => {
      asking.set(who, String(error));
      return undefined;
    });
    const where = page?.headers.get("location") ?? "";
    if (page && where.startsWith("/sign-in")) throw new Error("A session was lost");
    if (page && page.status < 500 && page.status !== 429) {
      asking.delete(who);
      return page;
    }
    if (page) asking.set(who, `${page.status}`);
    await delay(pauseMs, undefined, { signal });
  }
}

async function picture(n: number): Promise<Uint8Array<ArrayBuffer>> {
  const background = { r: (n * 37) % 256, g: (n * 91) % 256, b: (n * 53) % 256 };
  const jpeg = await sharp({ create: { width: 400, height: 300, channels: 3, background } })
    .jpeg()
    .toBuffer();
  return new Uint8Array(jpeg);
}
