import { quadrants } from "../album/index.ts";
import { type Client, createClient, type Page, PASSWORD } from "../client/client.ts";
import type { Accepted } from "../chaos/visitors.ts";
import { type Asked, keepAsked } from "./asked.ts";
import { uploadDirectly } from "./direct-upload.ts";
import { openForms } from "./open-forms.ts";

export type Member = { username: string; client: Client };

export type Requests = {
  readonly asked: readonly Asked[];
  /** What the site said yes to, and so owes. */
  readonly promised: Accepted;
  /** Those who signed in or up, with the browser that they did it in. */
  readonly signedIn: readonly Member[];
  /** Forms that nobody has answered with yes yet. */
  readonly unanswered: number;
  visit(): Promise<void>;
  lookAtOwn(member: Member): Promise<void>;
  react(member: Member): Promise<void>;
  upload(member: Member): Promise<void>;
  uploadDirectly(member: Member): Promise<void>;
  signUp(): Promise<void>;
  signIn(member: Member): Promise<void>;
};

const page = { status: [200] };
const ownPage = { status: [200], member: true };
const sent = { status: [303] };

/** What people do. A form that was not answered with yes they send again the next time, as it is. */
export async function makeRequests(
  url: string,
  onPage: (page: Page) => void = () => {},
): Promise<Requests> {
  const asked: Asked[] = [];
  const ask = keepAsked(asked, onPage);
  const promised: Accepted = { signUps: [], resets: [], photos: [], follows: [], words: [] };
  const signedIn: Member[] = [];
  const forms = openForms();
  const picture = new Uint8Array(await quadrants({ width: 640, height: 480 }).jpeg().toBuffer());
  let slugs: string[] = [];
  const someSlug = () => slugs.at(Math.floor(Math.random() * slugs.length));

  return {
    asked,
    promised,
    signedIn,
    get unanswered() {
      return forms.count;
    },
    async visit() {
      const visitor = createClient(url);
      const front = await ask("front page", page, () => visitor.get("/"));
      if (!front) return;
      slugs = [...front.text.matchAll(/href="\/photos\/([\w-]+)"/g)].map(([, slug = ""]) => slug);
      const sheet = /<link rel="stylesheet" href="([^"]+)"/.exec(front.text)?.[1];
      await ask("style sheet", page, () => visitor.get(sheet ?? "/none"));
      const slug = someSlug();
      if (slug !== undefined) await ask("photo page", page, () => visitor.get(`/photos/${slug}`));
    },
    async lookAtOwn({ client }) {
      await ask("own front page", ownPage, () => client.get("/"));
      await ask("own page", ownPage, () => client.get("/notifications"));
    },
    async react({ username, client }) {
      const slug = someSlug();
      if (slug === undefined) return;
      const form = forms.open(`words of ${username}`, slug);
      const body = `What a photo! ${form.token}`;
      const fields = { body, form_token: form.token };
      const path = `/photos/${form.about}`;
      const written = await ask("comment", sent, () => client.post(`${path}/comments`, fields));
      const liked = await ask("like", sent, () => client.post(`${path}/like`));
      if (!written || !liked) return;
      forms.close(form);
      promised.words.push({ username, slug: form.about, body });
    },
    async upload({ username, client }) {
      const form = forms.open(`upload of ${username}`);
      const file = { field: "photos", name: "a.jpg", content: picture, type: "image/jpeg" };
      const fields = { form_token: form.token, alt: "Four colours" };
      const done = await ask("upload", sent, () => client.postMultipart("/upload", fields, [file]));
      if (!done) return;
      forms.close(form);
      promised.photos.push({ username, formToken: form.token });
    },
    async uploadDirectly({ username, client }) {
      const form = forms.open(`direct upload of ${username}`);
      const done = await ask("direct upload", page, () =>
        uploadDirectly(client, form.token, picture),
      );
      if (!done) return;
      forms.close(form);
      promised.photos.push({ username, formToken: form.token });
    },
    async signUp() {
      const form = forms.open("sign-up");
      const username = `guest-${form.token.slice(0, 12)}`;
      const fields = { username, email: `${username}@example.com`, password: PASSWORD };
      const client = createClient(url);
      // The name is taken: by herself, and only the answer of the time before did not come back.
      const status = form.isNew ? [303] : [303, 422];
      const also = ({ text }: Page) => text.includes("Your account is there");
      const done = await ask("sign-up", { status, also }, () => client.post("/sign-up", fields));
      if (!done) return;
      forms.close(form);
      promised.signUps.push(username);
      if (done.status === 303) signedIn.push({ username, client });
    },
    async signIn({ username }) {
      const client = createClient(url);
      const fields = { login: username, password: PASSWORD };
      if (await ask("sign-in", sent, () => client.post("/sign-in", fields)))
        signedIn.push({ username, client });
    },
  };
}
