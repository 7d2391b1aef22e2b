import { CookieJar } from "./cookies.ts";

export type Page = { status: number; headers: Headers; text: string; json: () => unknown };
export type Fields = Readonly<Record<string, string>>;
export type FormFile = {
  field: string;
  name: string;
  content: Uint8Array<ArrayBuffer>;
  type?: string;
};

/** What a person with a browser without JavaScript can do. Redirects are shown, not followed. */
export type Client = {
  readonly cookies: CookieJar;
  get(path: string, headers?: Fields): Promise<Page>;
  post(path: string, fields?: Fields, headers?: Fields): Promise<Page>;
  /** As a script of the site does. */
  postJson(path: string, value?: unknown): Promise<Page>;
  /** Text fields first, then the files: servers may start on a file before the rest is there. */
  postMultipart(
    path: string,
    fields: Fields,
    files: readonly FormFile[],
    headers?: Fields,
  ): Promise<Page>;
  /** Signs up as `<name>`, `<name>@example.com` with the demo password. */
  signUp(name: string): Promise<void>;
  signIn(name: string): Promise<void>;
};

/** The password of everybody in the demo cast and in tests. */
export const PASSWORD = "tendril-demo";

const TIMEOUT = 60_000;

export function createClient(url: string): Client {
  const cookies = new CookieJar();
  const origin = new URL(url).origin;

  const send = async (
    method: string,
    path: string,
    headers: Fields = {},
    body?: URLSearchParams | FormData | string,
  ): Promise<Page> => {
    const response = await fetch(new URL(path, url), {
      method,
      ...(body === undefined ? {} : { body }),
      redirect: "manual",
      // What a browser adds to a form of the site itself; the site refuses forms without it.
      headers: {
        cookie: cookies.header,
        ...(method === "POST" ? { origin, "sec-fetch-site": "same-origin" } : {}),
        ...headers,
      },
      signal: AbortSignal.timeout(TIMEOUT),
    });
    cookies.keep(response.headers);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: () => JSON.parse(text),
    };
  };
  const post: Client["post"] = (path, fields = {}, headers) =>
    send("POST", path, headers, new URLSearchParams(fields));
  const demand = async (what: string, answer: Promise<Page>) => {
    const { status, text } = await answer;
    if (status !== 303 && status !== 302)
      throw new Error(`${what} was answered with ${status}: ${summary(text)}`);
  };

  return {
    cookies,
    get: (path, headers) => send("GET", path, headers),
    post,
    postJson: (path, value = {}) =>
      send(
        "POST",
        path,
        { accept: "application/json", "content-type": "application/json" },
        JSON.stringify(value),
      ),
    postMultipart(path, fields, files, headers) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      for (const { field, name, content, type = "application/octet-stream" } of files)
        form.append(field, new Blob([content], { type }), name);
      return send("POST", path, headers, form);
    },
    signUp: (name) =>
      demand(
        `Signing up as ${name}`,
        post("/sign-up", { username: name, email: `${name}@example.com`, password: PASSWORD }),
      ),
    signIn: (name) =>
      demand(`Signing in as ${name}`, post("/sign-in", { login: name, password: PASSWORD })),
  };
}

/** The words of a page, for a message. */
function summary(html: string): string {
  return html
    .replace(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 200);
}
