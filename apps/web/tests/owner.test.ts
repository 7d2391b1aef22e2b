import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { haveDone } from "./_limits.ts";
import { filesOn, prepare, photoRow, publish, sendPhoto, slugsOn, untilReady } from "./_photos.ts";

let env: TestEnv;
let anna: Client;
let bruno: Client;

beforeAll(async () => {
  env = await startTestEnv();
  [anna, bruno] = [env.client(), env.client()];
  await Promise.all([anna.signUp("anna"), bruno.signUp("bruno")]);
});
afterAll(() => env?.[Symbol.asyncDispose]());

const words = { caption: "", alt: "", credit: "", visibility: "public" };
const statusOf = async (address: string) => (await fetch(address)).status;
const filesOf = async (slug: string) => filesOn(await env.client().get(`/photos/${slug}`));
const statuses = async (files: readonly string[]) => [
  ...new Set(await Promise.all(files.map(statusOf))),
];
const frontPage = async () => slugsOn(await env.client().get("/"));

describe("editing", () => {
  test("changes the words wherever the photo is shown, at once, and keeps its place", async () => {
    const slug = await publish(anna, { caption: "Old words", alt: "A gate" });
    const newer = await publish(anna);
    const files = await filesOf(slug);
    const edited = {
      caption: "New words",
      alt: "A garden gate",
      credit: "By hand",
      visibility: "public",
    };
    const answer = await anna.post(`/photos/${slug}/edit`, edited);
    expect([answer.status, answer.headers.get("location")]).toEqual([303, `/photos/${slug}`]);
    expect((await anna.get(`/photos/${slug}`)).text).toContain("Your changes are saved.");

    const page = await env.client().get(`/photos/${slug}`);
    for (const text of ["New words", "A garden gate", "By hand"]) expect(page.text).toContain(text);
    const front = await env.client().get("/");
    expect(front.text).toContain('alt="A garden gate"');
    expect(slugsOn(front).slice(0, 2)).toEqual([newer, slug]);
    expect(await filesOf(slug)).toEqual(files);
  });

  test.each([
    ["caption", "x".repeat(1_001), "The caption can have up to 1,000 characters."],
    ["visibility", "everyone", "Choose who can see the photo."],
    ["credit", "x".repeat(201), "The credit can have up to 200 characters."],
  ])("says what is wrong with the %s, and changes nothing", async (field, value, message) => {
    const slug = await prepare(anna, { caption: "Kept" });
    const answer = await anna.post(`/photos/${slug}/edit`, {
      ...words,
      alt: "Typed and not lost",
      [field]: value,
    });
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining(message)]);
    expect(answer.text).toContain("Typed and not lost");
    expect((await anna.get(`/photos/${slug}`)).text).toContain("Kept");
  });

  test.each(["🌿".repeat(500), "a\n".repeat(500).trim()])(
    "takes 1,000 characters of any script, a line break being one of them",
    async (caption) => {
      const slug = await prepare(anna);
      // As browsers send it.
      const form = { ...words, caption: caption.replaceAll("\n", "\r\n") };
      expect((await anna.post(`/photos/${slug}/edit`, form)).status).toBe(303);
      expect((await env.client().get(`/photos/${slug}`)).text).toContain(`>${caption}</h1>`);
    },
  );
});

describe("narrowing a photo to those with the link", () => {
  test("takes it off the front page and moves its files, so that known addresses end", async () => {
    const slug = await publish(anna, { caption: "Not for all" });
    const before = await filesOf(slug);
    expect(before.length).toBeGreaterThan(0);
    expect(await statuses(before)).toEqual([200]);

    await anna.post(`/photos/${slug}/edit`, { ...words, visibility: "link" });
    expect(await frontPage()).not.toContain(slug);
    await env.drain();
    await untilReady(anna, slug);
    const after = await filesOf(slug);
    expect(after.filter((file) => before.includes(file))).toEqual([]);
    expect(await statuses(after)).toEqual([200]);
    expect(await statuses(before)).toEqual([403]);
    expect(await frontPage()).not.toContain(slug);
    expect(slugsOn(await env.client().get("/@anna"))).not.toContain(slug);
    expect(slugsOn(await anna.get("/@anna"))).toContain(slug);

    // Shown to all again, it is the same photo at its place.
    const { publishedAt } = await photoRow(env, slug);
    await anna.post(`/photos/${slug}/edit`, words);
    expect(await frontPage()).toContain(slug);
    expect(await statuses(await filesOf(slug))).toEqual([200]);
    expect((await photoRow(env, slug)).publishedAt).toEqual(publishedAt);
  });

  test("survives a change of mind before the files have moved", async () => {
    const slug = await prepare(anna);
    await env.worker.stop();
    await anna.post(`/photos/${slug}/edit`, { ...words, visibility: "link" });
    expect((await env.client().get(`/photos/${slug}`)).status).toBe(404);
    const told = "Only people with the link can see it from now on.";
    expect((await anna.get(`/photos/${slug}`)).text).toContain(told);
    await anna.post(`/photos/${slug}/edit`, words);
    expect((await anna.get(`/photos/${slug}`)).text).not.toContain(told);
    await anna.post(`/photos/${slug}/edit`, { ...words, visibility: "link" });
    await env.worker.start();
    await env.drain();
    expect(await statuses(await filesOf(slug))).toEqual([200]);
    expect(await frontPage()).not.toContain(slug);
  });
});

describe("deleting", () => {
  test("takes the photo out of every list and removes its files and the original", async () => {
    const slug = await publish(anna, { caption: "Goes away" });
    const other = await publish(anna);
    const files = await filesOf(slug);
    const original = (await anna.get(`/photos/${slug}/original`)).headers.get("location") ?? "";
    expect(await statusOf(original)).toBe(200);

    const answer = await anna.post(`/photos/${slug}/delete`);
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/@anna"]);
    expect((await anna.get("/@anna")).text).toContain("The photo is deleted.");
    for (const client of [anna, env.client()]) {
      for (const path of ["/", "/@anna", `/photos/${other}`])
        expect((await client.get(path)).text).not.toContain(slug);
      expect((await client.get(`/photos/${slug}`)).status).toBe(404);
    }
    for (const path of [`/photos/${slug}/original`, `/api/photos/${slug}/status`])
      expect([path, (await anna.get(path)).status]).toEqual([path, 404]);
    await env.drain();
    expect(await statuses(files)).toEqual([403]);
    expect(await statusOf(original)).toBe(404);
  });

  test("twice, or at the same time, says that it is gone", async () => {
    const slug = await prepare(anna);
    const answers = await Promise.all([1, 2].map(() => anna.post(`/photos/${slug}/delete`)));
    expect(answers.map(({ status }) => status)).toContain(303);
    expect((await anna.post(`/photos/${slug}/delete`)).status).toBe(404);
  });

  test("in the middle of being prepared leaves nothing behind", async () => {
    await env.worker.stop();
    const slug = await sendPhoto(anna);
    const { fileKey } = await photoRow(env, slug);
    expect((await anna.post(`/photos/${slug}/delete`)).status).toBe(303);
    await env.worker.start();
    await env.drain();
    expect(await statusOf(`${env.space.cdn.url}/photos/${fileKey}/w48.jpg`)).toBe(403);
    expect((await anna.get(`/photos/${slug}`)).status).toBe(404);
  });
});

describe("a photo of somebody else", () => {
  test.each(["edit", "delete"])("cannot be changed by %s, and seems not to exist", async (verb) => {
    const slug = await prepare(anna, { caption: "Anna's" });
    const form = { ...words, caption: "Bruno's" };
    const foreign = await bruno.post(`/photos/${slug}/${verb}`, form);
    const invented = await bruno.post(`/photos/${"x".repeat(16)}/${verb}`, form);
    expect([foreign.status, invented.status]).toEqual([404, 404]);
    const visitor = await env.client().post(`/photos/${slug}/${verb}`, form);
    expect([visitor.status, visitor.headers.get("location")]).toEqual([303, "/sign-in"]);
    const comeFrom = async (referer: string) => {
      const sent = await env.client().post(`/photos/${slug}/${verb}`, form, { referer });
      return sent.headers.get("location");
    };
    const back = `/sign-in?next=${encodeURIComponent(`/photos/${slug}`)}`;
    expect(await comeFrom(`${env.url}/photos/${slug}`)).toBe(back);
    expect(await comeFrom(`https://evil.example/photos/${slug}`)).toBe("/sign-in");
    expect((await env.client().get(`/photos/${slug}`)).text).toContain("Anna&#39;s");
    expect((await bruno.get(`/photos/${slug}`)).text).not.toMatch(/\/(edit|delete|original)"/);
    expect((await anna.get(`/photos/${slug}`)).text).toContain(`/photos/${slug}/${verb}"`);
  });
});

test("whoever changes photos without end is told to wait, and nothing is changed", async () => {
  const slug = await prepare(bruno, { caption: "As it was" });
  await haveDone(env, "changes", "bruno", 1_000);
  const edited = await bruno.post(`/photos/${slug}/edit`, { ...words, caption: "Once more" });
  const deleted = await bruno.post(`/photos/${slug}/delete`);
  expect([edited.status, deleted.status]).toEqual([429, 429]);
  expect((await bruno.get(`/photos/${slug}`)).text).toContain("As it was");
});
