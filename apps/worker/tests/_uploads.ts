import {
  connectDatabase,
  findPhotoById,
  readDatabaseConfig,
  type DatabaseConnection,
  type PhotoRow,
} from "@tendril/database";
import type { ClientPage, TestEnv } from "@tendril/dev-env";
import { inject } from "vitest";
import { z } from "zod";

export type Person = ReturnType<TestEnv["client"]>;

export async function signedUp(env: TestEnv, name: string): Promise<Person> {
  const person = env.client();
  await person.signUp(name);
  return person;
}

/** Past the tiers: for looking at rows, and for making them old. */
export function openDatabase(env: TestEnv): DatabaseConnection {
  return connectDatabase(readDatabaseConfig(env.environment));
}

/** Rows as the schema says that they are. */
export async function rows<Row>(
  db: DatabaseConnection,
  schema: z.ZodType<Row>,
  sql: string,
  replacements: Record<string, unknown> = {},
): Promise<Row[]> {
  const [found] = await db.sequelize.query(sql, { replacements });
  return z.array(schema).parse(found);
}

export async function rowOf(db: DatabaseConnection, slug: string): Promise<PhotoRow> {
  const id = z.object({ id: z.number() });
  const [found] = await rows(db, id, "SELECT id FROM photos WHERE slug = :slug", { slug });
  const photo = found && (await findPhotoById(db, found.id));
  if (!photo) throw new Error(`There is no photo ${slug}`);
  return photo;
}

const announced = z.object({ uploads: z.array(z.object({ slug: z.string() })) });

/** A row that waits for its file. */
export async function announce(env: TestEnv, person: Person, fileName: string): Promise<string> {
  const response = await fetch(`${env.url}/api/uploads`, {
    method: "POST",
    headers: {
      cookie: person.cookies.header,
      origin: env.url,
      "content-type": "application/json",
    },
    body: JSON.stringify({
      formToken: `form-${crypto.randomUUID().slice(0, 18)}`,
      files: [{ position: 0, name: fileName, size: 1 }],
    }),
  });
  const [upload] = announced.parse(await response.json()).uploads;
  if (!upload) throw new Error("Nothing was announced");
  return upload.slug;
}

/** Past the checks of the two ways in: what the worker makes of a file must not hang on them. */
export async function upload(
  env: TestEnv,
  person: Person,
  { fileName, bytes }: { fileName: string; bytes: Buffer },
): Promise<string> {
  const slug = await announce(env, person, fileName);
  await putObject(env, `incoming/${slug}`, bytes);
  await complete(person, slug);
  return slug;
}

export async function complete(person: Person, slug: string): Promise<ClientPage> {
  const answer = await person.post(`/api/uploads/${slug}/complete`);
  if (answer.status !== 200) throw new Error(`Completing was answered with ${answer.status}`);
  return answer;
}

const state = z.object({ status: z.string(), reason: z.string().optional() });

export async function statusOf(person: Person, slug: string) {
  return state.parse((await person.get(`/api/photos/${slug}/status`)).json());
}

/** The bucket behind the front: it needs no signature there. */
const objectUrl = (env: TestEnv, key = "") =>
  `${inject("servers").fauxqs}/${env.environment["PHOTO_BUCKET"]}/${key}`;

export async function putObject(env: TestEnv, key: string, bytes: Buffer): Promise<void> {
  const answer = await fetch(objectUrl(env, key), {
    method: "PUT",
    headers: { "content-type": "binary/octet-stream" },
    body: new Uint8Array(bytes),
  });
  if (!answer.ok) throw new Error(`${key} was not stored: ${await answer.text()}`);
}

/** Whatever took it away. */
export async function deleteObject(env: TestEnv, key: string): Promise<void> {
  const answer = await fetch(objectUrl(env, key), { method: "DELETE" });
  if (!answer.ok) throw new Error(`${key} was not deleted: ${answer.status}`);
}

export async function getObject(env: TestEnv, key: string): Promise<Buffer> {
  const answer = await fetch(objectUrl(env, key));
  if (!answer.ok) throw new Error(`There is no ${key}: ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

export async function bucketKeys(env: TestEnv, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for (let after = ""; ;) {
    const query = new URLSearchParams({ "list-type": "2", prefix, "start-after": after });
    const text = await (await fetch(`${objectUrl(env)}?${query}`)).text();
    const page = [...text.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key = ""]) => key);
    keys.push(...page);
    after = page.at(-1) ?? "";
    if (page.length < 1_000) return keys;
  }
}
