import { createHash } from "node:crypto";

import { z } from "zod";

import type { Client, Page } from "../client/client.ts";
import { until } from "../wait.ts";
import { ALBUM } from "./album.ts";
import type { CastName } from "./cast.ts";
import type { Progress } from "./progress.ts";
import { COMMENTS, FOLLOWS, LIKES } from "./talk.ts";

type Step = { name: string; by: CastName; take: (person: Client) => Promise<Page | undefined> };

/** What is not done yet of follows, likes and comments. */
export function talkLeft(progress: Progress): Step[] {
  return steps().filter(({ name }) => !progress.has(name));
}

/** The cast follows, likes and comments, as people would; what was done half, a second time changes nothing. */
export async function seedTalk(
  people: ReadonlyMap<string, Client>,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const slugs = new Map<string, Promise<string | undefined>>();
  const slugOf = (file: string) => {
    const known = slugs.get(file) ?? findSlug(people, file, signal);
    slugs.set(file, known);
    return known;
  };
  for (const { name, by, take } of steps(slugOf).filter((step) => !progress.has(step.name))) {
    signal.throwIfAborted();
    const person = people.get(by);
    const answer = person && (await take(person));
    // Whoever tries the demo may have deleted the photo meanwhile.
    if (answer && answer.status !== 303 && answer.status !== 404)
      throw new Error(`${name} was answered with ${answer.status}`);
    progress.add(name);
  }
}

function steps(slugOf: (file: string) => Promise<string | undefined> = async () => undefined) {
  const onPhoto = async (
    person: Client,
    file: string,
    act: string,
    fields: Record<string, string> = {},
  ) => {
    const slug = await slugOf(file);
    return slug === undefined ? undefined : person.post(`/photos/${slug}/${act}`, fields);
  };
  return [
    ...FOLLOWS.map(([by, whom]): Step => ({
      name: `${by} follows ${whom}`,
      by,
      take: (person) => person.post(`/@${whom}/follow`),
    })),
    ...LIKES.map(([by, file]): Step => ({
      name: `${by} likes ${file}`,
      by,
      take: (person) => onPhoto(person, file, "like"),
    })),
    ...COMMENTS.map(({ by, on, text }): Step => ({
      name: `${by} comments on ${on}: ${text}`,
      by,
      take: (person) =>
        onPhoto(person, on, "comments", { form_token: tokenOf(by, on, text), body: text }),
    })),
  ];
}

const tokenOf = (...parts: string[]) =>
  createHash("sha256").update(parts.join("\n")).digest("base64url").slice(0, 32);

const states = z.object({ status: z.string() });

/** As soon as the photo can be seen; nothing when it was deleted. */
async function findSlug(
  people: ReadonlyMap<string, Client>,
  file: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const photo = ALBUM.find((photo) => photo.file === file);
  const owner = photo && people.get(photo.owner);
  if (!owner) throw new Error(`The album has no ${file}`);
  const form = await owner.get(`/upload?form=demo-${file.replace(/\.jpg$/, "")}`);
  const slug = /data-slug="([\w-]+)"/.exec(form.text)?.[1];
  if (slug === undefined) return undefined;
  const state = async () => {
    const answer = await owner.get(`/api/photos/${slug}/status`);
    return answer.status === 200 ? states.parse(answer.json()).status : "gone";
  };
  const settled = await until(
    async () => {
      const now = await state();
      return now === "uploading" || now === "processing" ? undefined : now;
    },
    { timeout: 60_000, every: 200, signal, failure: () => `${file} was not ready` },
  );
  return settled === "ready" ? slug : undefined;
}
