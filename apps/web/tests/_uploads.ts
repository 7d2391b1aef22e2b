import { randomBytes } from "node:crypto";
import { request } from "node:http";

import type { ClientPage, TestEnv } from "@tendril/dev-env";
import { quadrants } from "@tendril/dev-env/album";
import { inject } from "vitest";

export type Person = ReturnType<TestEnv["client"]>;

export async function signedUp(env: TestEnv, name: string): Promise<Person> {
  const person = env.client();
  await person.signUp(name);
  return person;
}

/** What the upload page puts into its form. */
export async function newFormToken(person: Person): Promise<string> {
  const page = await person.get("/upload");
  const token = /name="form_token" value="([^"]+)"/.exec(page.text)?.[1];
  if (!token) throw new Error(`The upload page has no form token; it was ${page.status}`);
  return token;
}

export async function smallPhoto(): Promise<Buffer> {
  return quadrants({ width: 60, height: 40 }).jpeg().toBuffer();
}

/** Begins like a photo, and is as large as asked for. */
export async function largeFile(bytes: number): Promise<Buffer> {
  const photo = await smallPhoto();
  return Buffer.concat([photo, randomBytes(bytes - photo.length)]);
}

export type SentFile = { name: string; content: Buffer | string };

export function sendForm(
  person: Person,
  token: string,
  files: readonly SentFile[],
  words: Record<string, string> = {},
): Promise<ClientPage> {
  return person.postMultipart(
    "/upload",
    { form_token: token, ...words },
    files.map(({ name, content }) => ({
      field: "photos",
      name,
      content: new Uint8Array(Buffer.from(content)),
    })),
  );
}

/** The words of a page, as people read them. */
export function wordsOf(html: string): string {
  return html
    .replace(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/g, " ")
    .replaceAll("&amp;", "&")
    .replaceAll("&#39;", "'")
    .replace(/\s+/g, " ");
}

/** What the results page of a form says of each file. */
export async function resultsOf(person: Person, token: string) {
  const { text } = await person.get(`/upload?form=${token}`);
  return [...text.matchAll(/data-slug="([^"]+)" data-status="([^"]+)"[\s\S]*?<\/li>/g)].map(
    ([item, slug = "", status = ""]) => ({ slug, status, words: wordsOf(item) }),
  );
}

/** Every key in the bucket, looked up behind the front: it needs no signature there. */
export async function bucketKeys(env: TestEnv, prefix = ""): Promise<string[]> {
  const answer = await fetch(`${bucketUrl(env)}?list-type=2&prefix=${encodeURIComponent(prefix)}`);
  return [...(await answer.text()).matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key = ""]) => key);
}

function bucketUrl(env: TestEnv): string {
  return `${inject("servers").fauxqs}/${env.environment["PHOTO_BUCKET"]}`;
}

/** Everything before a file's bytes, and everything behind them: for sending the bytes in one's own way. */
export function formFrame(token: string, fileName: string) {
  const boundary = `----tendril${randomBytes(8).toString("hex")}`;
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    head: Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n${token}\r\n` +
        `--${boundary}\r\nContent-Disposition: form-data; name="photos"; filename="${fileName}"\r\n` +
        "Content-Type: application/octet-stream\r\n\r\n",
    ),
    tail: Buffer.from(`\r\n--${boundary}--\r\n`),
  };
}

/** A request whose body the test writes; the answer is what the server says to it. */
export function openPost(env: TestEnv, person: Person, type: string) {
  const outgoing = request(new URL("/upload", env.url), {
    method: "POST",
    headers: { cookie: person.cookies.header, origin: env.url, "content-type": type },
  });
  const answered = new Promise<{ status: number; location: string | undefined }>(
    (resolve, reject) => {
      outgoing.once("response", (answer) => {
        answer.resume();
        resolve({ status: answer.statusCode ?? 0, location: answer.headers.location });
      });
      outgoing.once("error", reject);
    },
  );
  answered.catch(() => {});
  return { outgoing, answered };
}
