import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";

import { whoIs } from "./_people.ts";

let env: TestEnv;

beforeAll(async () => {
  env = await startTestEnv({ tiers: ["web"] });
  await env.client().signUp("anna");
});
afterAll(() => env?.[Symbol.asyncDispose]());

const signIn = { login: "anna", password: "tendril-demo" };

test.each([
  ["Sec-Fetch-Site says cross-site", { "sec-fetch-site": "cross-site" }],
  ["Sec-Fetch-Site says same-site", { "sec-fetch-site": "same-site" }],
  [
    "Sec-Fetch-Site says so, whatever Origin says",
    { "sec-fetch-site": "cross-site", origin: "ours" },
  ],
  ["Origin names another site", { origin: "https://evil.example" }],
  ["Origin names another port of this host", { origin: "http://localhost:1" }],
  ["Origin is hidden", { origin: "null" }],
])("a form of another site is refused: %s", async (_, headers) => {
  const browser = env.client();
  await browser.signIn("anna");
  const sent = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value === "ours" ? env.url : value]),
  );
  // Like `browser.post`, but with these headers alone.
  const post = (path: string, accept: string) =>
    fetch(env.url + path, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams(signIn),
      headers: { ...sent, accept, cookie: browser.cookies.header },
    });
  for (const path of ["/sign-out", "/sign-in", "/sign-up", "/upload", "/photos/none/delete"]) {
    const answer = await post(path, "text/html");
    expect([path, answer.status]).toEqual([path, 403]);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await answer.text()).toContain("sent from another site");
  }
  const json = await post("/api/uploads", "application/json");
  expect([json.status, await json.json()]).toMatchObject([403, { error: { code: "forbidden" } }]);
  expect(await whoIs(browser)).toBe("anna");
});

test.each([
  ["of a page of this site", { "sec-fetch-site": "same-origin", origin: "ours" }],
  ["of an older browser, which sends Origin alone", { origin: "ours" }],
  ["that the person began", { "sec-fetch-site": "none" }],
  ["of a program, which sends neither", {}],
])("a form is taken %s", async (_, headers) => {
  const sent = Object.entries(headers).map(([name, value]): [string, string] => [
    name,
    value === "ours" ? env.url : value,
  ]);
  const answer = await fetch(`${env.url}/sign-in`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams(signIn),
    headers: sent,
  });
  expect(answer.status).toBe(303);
});

test("pages are shown to whoever follows a link from another site", async () => {
  const page = await env.client().get("/", {
    "sec-fetch-site": "cross-site",
    origin: "https://evil.example",
  });
  expect(page.status).toBe(200);
  expect(page.headers.get("access-control-allow-origin")).toBeNull();
});
