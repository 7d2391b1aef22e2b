import { connectDatabase, readDatabaseConfig, type PhotoRow } from "@tendril/database";
import { until, type Client, type TestEnv } from "@tendril/dev-env";
import { quadrants } from "@tendril/dev-env/album";

let pictures = 0;

/** A small picture that differs from all others, as files that were sent twice might be told apart one day. */
export async function smallPicture(): Promise<Uint8Array<ArrayBuffer>> {
  const size = { width: 48, height: 32 + (pictures++ % 16) };
  return new Uint8Array(await quadrants(size).jpeg().toBuffer());
}

export type SentPhoto = {
  caption?: string;
  alt?: string;
  credit?: string;
  visibility?: "public" | "link";
  fileName?: string;
  content?: Uint8Array<ArrayBuffer>;
};

/** Sends a photo without JavaScript; its slug. */
export async function sendPhoto(person: Client, photo: SentPhoto = {}): Promise<string> {
  const { fileName = "picture.jpg", content = await smallPicture(), ...words } = photo;
  const fields = { form_token: `form-${Math.random().toString(36).slice(2, 12)}`, ...words };
  const file = { field: "photos", name: fileName, content, type: "image/jpeg" };
  const sent = await person.postMultipart("/upload", fields, [file]);
  if (sent.status !== 303) throw new Error(`The upload was answered with ${sent.status}`);
  const results = await person.get(sent.headers.get("location") ?? "");
  const slug = /href="\/photos\/([\w-]+)"/.exec(results.text)?.[1];
  if (slug === undefined) throw new Error("The page after the upload does not show the photo");
  return slug;
}

/** Resolves when the photo is in the gallery, by what its owner is told. */
export async function untilReady(person: Client, slug: string): Promise<string> {
  const state = async () => (await person.get(`/api/photos/${slug}/status`)).text;
  await until(async () => ((await state()).includes('"ready"') ? true : undefined), {
    timeout: 20_000,
    failure: async () => `${slug} is not ready: ${await state()}`,
  });
  return slug;
}

/** Resolves when the front page shows the photo. */
export async function untilShown(visitor: Client, slug: string): Promise<string> {
  await until(async () => (slugsOn(await visitor.get("/")).includes(slug) ? true : undefined), {
    timeout: 5_000,
    failure: () => `${slug} is not on the front page`,
  });
  return slug;
}

/** Sends a photo and waits until it has its page; the front page may be a second behind. */
export async function prepare(person: Client, photo: SentPhoto = {}): Promise<string> {
  return untilReady(person, await sendPhoto(person, photo));
}

/** Sends a photo and waits until people see it. */
export async function publish(person: Client, photo: SentPhoto = {}): Promise<string> {
  const slug = await prepare(person, photo);
  return photo.visibility === "link" ? slug : untilShown(person, slug);
}

/** What the database knows of a photo, for what no page tells. */
export async function photoRow({ environment }: TestEnv, slug: string): Promise<PhotoRow> {
  await using db = connectDatabase(readDatabaseConfig(environment));
  const row = await db.tables.photos.findOne({ where: { slug }, rejectOnEmpty: true });
  return row.get({ plain: true });
}

/** The photos in a page's grid, in its order. */
export function slugsOn({ text }: { text: string }): string[] {
  return [...text.matchAll(/<li class="tile r-\d+" data-slug="([\w-]+)"/g)].map(
    ([, slug = ""]) => slug,
  );
}

/** Where the link to older photos leads. */
export function olderHref({ text }: { text: string }): string | undefined {
  return /href="([^"]+)" rel="next">Older photos/.exec(text)?.[1];
}

/** Addresses of a photo's files, as its page names them. */
export function filesOn({ text }: { text: string }): string[] {
  const sources = [...text.matchAll(/(?:src|srcset)="(https?:[^"]+)"/g)].map(
    ([, list = ""]) => list,
  );
  return [
    ...new Set(sources.flatMap((list) => list.split(/,? /)).filter((word) => word.includes(":"))),
  ];
}
