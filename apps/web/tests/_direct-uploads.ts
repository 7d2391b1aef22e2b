import type { ClientPage, TestEnv } from "@tendril/dev-env";
import { z } from "zod";

import type { Person } from "./_uploads.ts";

const post = z.object({ url: z.string(), fields: z.record(z.string(), z.string()) });
export type Post = z.output<typeof post>;

const announced = z.object({
  uploads: z.array(
    z.object({
      position: z.number(),
      slug: z.string().nullable(),
      status: z.string(),
      post: post.nullable(),
      error: z.object({ code: z.string(), message: z.string() }).nullable(),
    }),
  ),
});

const state = z.object({
  slug: z.string(),
  status: z.string(),
  href: z.string(),
  reason: z.string().optional(),
});
export type State = z.output<typeof state>;

const refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
export const readRefusal = (page: ClientPage) => refusal.parse(page.json()).error;
export const readState = (page: ClientPage) => state.parse(page.json());

export type Announced = { position: number; name: string; size: number };

/** A request with a body that no form of the site sends. */
export async function postJson(
  env: TestEnv,
  person: Person,
  body: string,
): Promise<{ status: number; json: unknown }> {
  const response = await fetch(`${env.url}/api/uploads`, {
    method: "POST",
    headers: {
      cookie: person.cookies.header,
      origin: env.url,
      "content-type": "application/json",
    },
    body,
  });
  return { status: response.status, json: await response.json() };
}

export async function announce(
  env: TestEnv,
  person: Person,
  formToken: string,
  files: readonly Announced[],
) {
  const { status, json } = await postJson(env, person, JSON.stringify({ formToken, files }));
  if (status !== 200) throw new Error(`Announcing was answered with ${status}`);
  return announced.parse(json).uploads;
}

/** Announces one file; answers where it may be sent. */
export async function announceOne(env: TestEnv, person: Person, formToken: string, size = 1_000) {
  const [upload] = await announce(env, person, formToken, [{ position: 0, name: "a.jpg", size }]);
  if (!upload?.post || upload.slug === null)
    throw new Error(`The file was refused: ${upload?.error?.message}`);
  return { slug: upload.slug, post: upload.post };
}

/** As a browser sends a file straight to S3. Answers the status, and S3's code when it refuses. */
export async function sendToS3({ url, fields }: Post, content: Buffer) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", new Blob([new Uint8Array(content)]), "blob");
  const response = await fetch(url, { method: "POST", body: form });
  const code = /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1];
  return { status: response.status, code };
}

/** What the event stream tells, as it comes; `ended` when the server has ended it. */
export async function listen(env: TestEnv, person: Person) {
  const stop = new AbortController();
  const response = await fetch(`${env.url}/api/uploads/events`, {
    headers: { cookie: person.cookies.header, accept: "text/event-stream" },
    signal: stop.signal,
  });
  const told: State[] = [];
  const read = async () => {
    let text = "";
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        const data = /^event: upload\ndata: (.*)$/m.exec(event)?.[1];
        if (data !== undefined) told.push(state.parse(JSON.parse(data)));
      }
    }
  };
  const ended = read();
  ended.catch(() => {});
  return {
    response,
    told,
    ended,
    statesOf: (slug: string) => told.filter((each) => each.slug === slug).map((it) => it.status),
    [Symbol.dispose]: () => stop.abort(),
  };
}
