import { connectDatabase, readDatabaseConfig } from "@tendril/database";
import type { Client, ClientPage, TestEnv } from "@tendril/dev-env";
import { z } from "zod";

export const json = { accept: "application/json" };

const told = z.object({
  userId: z.number(),
  kind: z.string(),
  groupKey: z.string(),
  actorId: z.number(),
  photoId: z.number().nullable(),
  commentId: z.number().nullable(),
});

type Told = { to: string; by: string; kind: string; groupKey: string };

/** Past the site, for what no page tells and no form does. */
export async function query(env: TestEnv, sql: string, replacements: unknown[] = []) {
  await using db = connectDatabase(readDatabaseConfig(env.environment));
  const [rows] = await db.sequelize.query(sql, { replacements });
  return z.array(z.record(z.string(), z.unknown())).catch([]).parse(rows);
}

/** Every job so far that tells somebody something, in order. */
async function toldSoFar(env: TestEnv): Promise<Told[]> {
  await using db = connectDatabase(readDatabaseConfig(env.environment));
  const users = (await db.tables.users.findAll()).map((user) => user.get({ plain: true }));
  const nameOf = (id: number) => users.find((user) => user.id === id)?.username ?? "?";
  const jobs = await db.tables.jobs.findAll({ where: { name: "notify-person" }, order: ["id"] });
  return jobs.map((job) => {
    const row = job.get({ plain: true });
    const { userId, actorId, kind, groupKey } = told.parse(JSON.parse(row.payload));
    if (row.fairnessGroup !== `user-${userId}` || row.requestedBy !== actorId)
      throw new Error(`${row.id} is not grouped by ${userId} or not asked for by ${actorId}`);
    return { to: nameOf(userId), by: nameOf(actorId), kind, groupKey };
  });
}

/** What is told to people while that is done. */
export async function toldBy(env: TestEnv, work: () => Promise<unknown>): Promise<Told[]> {
  const before = await toldSoFar(env);
  await work();
  return (await toldSoFar(env)).slice(before.length);
}

let forms = 0;
export const newForm = () => `comment-form-${forms++}`;

export function say(
  person: Client,
  slug: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<ClientPage> {
  return person.post(`/photos/${slug}/comments`, { form_token: newForm(), body }, headers);
}

/** Writes a comment; its number. */
export async function write(person: Client, slug: string, body: string): Promise<number> {
  const answer = await say(person, slug, body, json);
  if (answer.status !== 201) throw new Error(`${answer.status}: ${answer.text.slice(0, 300)}`);
  return z.object({ id: z.number() }).parse(answer.json()).id;
}

/** The comments of a page, in its order, as markup. */
export function commentsOn({ text }: { text: string }): string[] {
  return [...text.matchAll(/<p class="comment__body" dir="auto">([\s\S]*?)<\/p>/g)].map(
    ([, body = ""]) => body,
  );
}

/** What a page counts: `3 likes`. */
export function countOn({ text }: { text: string }, noun: string): string | undefined {
  return new RegExp(`data-count="${noun}"[^>]*>([^<]*)<`).exec(text)?.[1];
}

/** Whether the button of that kind is on; undefined where there is none to press. */
export function pressed({ text }: { text: string }, noun: string): string | undefined {
  return new RegExp(`toggle__button--${noun}"[^>]*aria-pressed="(\\w+)"`).exec(text)?.[1];
}
