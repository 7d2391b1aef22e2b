import { readFileSync } from "node:fs";

import { photoPath, startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";

let env: TestEnv;

beforeAll(async () => {
  env = await startTestEnv();
  const robin = env.client();
  await robin.signUp("robin");
  const fields = {
    form_token: "feed-test",
    caption: "Salt & <pepper>",
    credit: "R. Obin,\u0001\uffff CC0",
  };
  const content = new Uint8Array(readFileSync(photoPath("fig.jpg")));
  await robin.postMultipart("/upload", fields, [{ field: "photos", name: "fig.jpg", content }]);
  await env.drain();
});
afterAll(() => env?.[Symbol.asyncDispose]());

test("feed readers find the newest photos, with the words escaped", async () => {
  await expect
    .poll(async () => (await env.client().get("/feed.atom")).text, { timeout: 5_000 })
    .toContain("<title>Salt &amp; &lt;pepper&gt;</title>");
  const feed = await env.client().get("/feed.atom");
  expect(feed.headers.get("content-type")).toBe("application/atom+xml; charset=utf-8");
  const page = await env.browser();
  const errors: unknown = await page.evaluate(
    `new DOMParser().parseFromString(${JSON.stringify(feed.text)}, "application/xml").querySelectorAll("parsererror").length`,
  );
  expect(errors).toBe(0);
  expect(feed.text).toContain("R. Obin, CC0");
});

test("crawlers are told which pages are for one person or for programs, and that the others are open", async () => {
  const robots = await env.client().get("/robots.txt");
  expect(robots.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  const rules = robots.text.split("\n");
  expect(rules[0]).toBe("User-agent: *");
  for (const path of ["/following", "/settings", "/ops", "/api/", "/photos/*/original"])
    expect(rules).toContain(`Disallow: ${path}`);
  expect(rules.filter((rule) => /^Disallow: (\/|\/photos|\/@.*)?$/.test(rule))).toEqual([]);
});
