import { createClient, type Client, type Page, PASSWORD } from "../client/client.ts";
import { quadrants } from "../album/index.ts";
import { nextMark } from "./next-release.ts";

/** What one person did once, and what came of it. */
export type Asked = {
  kind: Kind;
  milliseconds: number;
  release: "this" | "next" | undefined;
  /** Why it does not count as answered. */
  failure?: string;
};

export const kinds = ["page", "style sheet", "own page", "comment", "upload", "sign-up"] as const;
export type Kind = (typeof kinds)[number];

/** What the site said yes to, and so owes. */
export type Promised = { signUps: string[]; uploads: string[]; comments: number };

export type Requests = {
  readonly asked: readonly Asked[];
  readonly promised: Promised;
  visit(): Promise<void>;
  lookAtOwn(member: Client): Promise<void>;
  comment(member: Client): Promise<void>;
  upload(member: Client): Promise<void>;
  signUp(): Promise<void>;
};

/** People with browsers that do not try again: what fails is on record. */
export async function makeRequests(url: string): Promise<Requests> {
  const asked: Asked[] = [];
  const promised: Promised = { signUps: [], uploads: [], comments: 0 };
  const picture = await quadrants({ width: 640, height: 480 }).jpeg().toBuffer();
  let slugs: string[] = [];

  const ask = async (
    kind: Kind,
    wanted: number,
    request: () => Promise<Page>,
  ): Promise<Page | undefined> => {
    const began = performance.now();
    const note = (rest: Pick<Asked, "release" | "failure">) =>
      asked.push({ kind, milliseconds: performance.now() - began, ...rest });
    try {
      const page = await request();
      const release = page.text.includes("<html") ? releaseOf(page) : undefined;
      const failure = judge(page, wanted);
      note({ release, ...(failure === undefined ? {} : { failure }) });
      return failure === undefined ? page : undefined;
    } catch (error) {
      const why = error instanceof Error ? (error.cause ?? error) : error;
      note({ release: undefined, failure: String(why) });
      return undefined;
    }
  };

  return {
    asked,
    promised,
    async visit() {
      const visitor = createClient(url);
      const page = await ask("page", 200, () => visitor.get("/"));
      if (!page) return;
      slugs = [...page.text.matchAll(/href="\/photos\/([\w-]+)"/g)].map(([, slug = ""]) => slug);
      const sheet = /<link rel="stylesheet" href="([^"]+)"/.exec(page.text)?.[1];
      await ask("style sheet", 200, () => visitor.get(sheet ?? "/none"));
      const slug = slugs.at(Math.floor(Math.random() * slugs.length));
      if (slug !== undefined) await ask("page", 200, () => visitor.get(`/photos/${slug}`));
    },
    async lookAtOwn(member) {
      await ask("own page", 200, () => member.get("/notifications"));
    },
    async comment(member) {
      const slug = slugs.at(Math.floor(Math.random() * slugs.length));
      if (slug === undefined) return;
      const form_token = newToken();
      const body = `What a photo! ${form_token}`;
      const done = await ask("comment", 303, () =>
        member.post(`/photos/${slug}/comments`, { body, form_token }),
      );
      if (done) promised.comments += 1;
    },
    async upload(member) {
      const token = newToken();
      const file = {
        field: "photos",
        name: "a.jpg",
        content: new Uint8Array(picture),
        type: "image/jpeg",
      };
      const done = await ask("upload", 303, () =>
        member.postMultipart("/upload", { form_token: token, alt: "Four colours" }, [file]),
      );
      if (done) promised.uploads.push(token);
    },
    async signUp() {
      const username = `guest-${promised.signUps.length + 1}-${asked.length}`;
      const fields = { username, email: `${username}@example.com`, password: PASSWORD };
      const done = await ask("sign-up", 303, () => createClient(url).post("/sign-up", fields));
      if (done) promised.signUps.push(username);
    },
  };
}

const newToken = () => crypto.randomUUID().replaceAll("-", "");

const releaseOf = ({ text }: Page) => (text.includes(nextMark) ? "next" : "this");

function judge({ status, headers }: Page, wanted: number): string | undefined {
  if (headers.get("location")?.startsWith("/sign-in")) return "the session was lost";
  return status === wanted ? undefined : `status ${status}`;
}
