import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { filesOn, photoRow, prepare } from "./_photos.ts";

let env: TestEnv;
let anna: Client;
/** Newest first. */
const photos: string[] = [];

beforeAll(async () => {
  env = await startTestEnv();
  anna = env.client();
  await anna.signUp("anna");
  for (const caption of ["First", "Second"]) photos.unshift(await prepare(anna, { caption }));
});
afterAll(() => env?.[Symbol.asyncDispose]());

describe("a photo's page", () => {
  const wicked = `</title><script>alert("1")</script>"'><img src=x onerror=alert(1)> & co`;

  test("shows words as text, never as markup, wherever they stand", async () => {
    const words = { caption: wicked, alt: wicked, credit: wicked };
    const slug = await prepare(anna, { ...words, fileName: "<script>alert(2)</script>.jpg" });
    for (const path of [`/photos/${slug}`, `/photos/${slug}/tile`, "/@anna"]) {
      for (const client of [anna, env.client()]) {
        const { text } = await client.get(path);
        expect(text).toContain("&lt;script&gt;alert(&#34;1&#34;)");
        expect(text).not.toMatch(/<script>|<img src=x|alert\("1/);
      }
    }
    photos.unshift(slug);
  });

  test("has sizes to choose from, a placeholder and its measures, so that nothing jumps", async () => {
    const slug = photos.at(-1) ?? "";
    const { width, height } = await photoRow(env, slug);
    const pages = [await env.client().get(`/photos/${slug}`), await env.client().get("/@anna")];
    for (const { text } of pages) {
      const images = [...text.matchAll(/<img class="(?:stage__image|tile__image)"[^>]*>/g)];
      expect(images.length).toBeGreaterThan(0);
      for (const [image] of images) expect(image).toMatch(/ width="48" height="\d+"\s+alt="/);
      expect(text).toMatch(/<source type="image\/webp" srcset="[^"]+ \d+w" sizes="[^"]+">/);
      expect(text).toMatch(/placeholder" src="data:image\/png;base64,[\w+/=]+" alt=""/);
      expect(text).not.toMatch(/ style="|<style|<script>/);
    }
    expect(pages[0]?.text).toContain(`width="${width}" height="${height}"`);
    for (const file of filesOn(pages[0] ?? { text: "" }))
      expect([file, (await fetch(file)).status]).toEqual([file, 200]);
  });

  test("tells programs that show links what it is", async () => {
    const slug = await prepare(anna, { caption: "A heron", alt: "A grey heron in the reeds" });
    photos.unshift(slug);
    const { text } = await env.client().get(`/photos/${slug}`);
    const meta = Object.fromEntries(
      [...text.matchAll(/<meta (?:property|name)="([^"]+)" content="([^"]*)">/g)].map(
        ([, name, content]) => [name, content],
      ),
    );
    expect(meta).toMatchObject({
      "og:title": "A heron",
      "og:description": "A grey heron in the reeds",
      "og:url": `${env.url}/photos/${slug}`,
      "og:image": expect.stringMatching(/\/photos\/[\w-]{22}\/w48\.jpg$/),
      "og:image:width": "48",
      "twitter:card": "summary_large_image",
    });
    const image = await fetch(meta["og:image"] ?? "");
    expect(image.headers.get("content-type")).toBe("image/jpeg");
  });

  test("is where signing in leads back to, and signing up", async () => {
    const { text } = await env.client().get(`/photos/${photos[0]}`);
    const header = /<header[^]*?<\/header>/.exec(text)?.[0];
    for (const verb of ["in", "up"])
      expect(header).toContain(`href="/sign-${verb}?next=%2Fphotos%2F${photos[0]}"`);
  });

  test("leads to its neighbours in the gallery", async () => {
    const [newer, slug, older] = photos;
    const { text } = await env.client().get(`/photos/${slug}`);
    expect(text).toContain(`href="/photos/${newer}" rel="prev"`);
    expect(text).toContain(`href="/photos/${older}" rel="next"`);
  });
});
