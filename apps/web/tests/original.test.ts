import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { prepare, smallPicture } from "./_photos.ts";

let env: TestEnv;
let anna: Client;
let bruno: Client;

beforeAll(async () => {
  env = await startTestEnv();
  [anna, bruno] = [env.client(), env.client()];
  await Promise.all([anna.signUp("anna"), bruno.signUp("bruno")]);
});
afterAll(() => env?.[Symbol.asyncDispose]());

const statusOf = async (address: string) => (await fetch(address)).status;

describe("the original", () => {
  test.each([
    ["holiday.jpg", "holiday.jpg"],
    ["Ærø – «sommer» 🌿 (1).jpg", "Ærø – «sommer» 🌿 (1).jpg"],
    ["C:\\pictures\\..\\me.jpg", "me.jpg"],
    ["100% 'quoted'; x=1.jpg", "100% 'quoted'; x=1.jpg"],
  ])("that was sent as %s comes back byte by byte under its name", async (fileName, name) => {
    const content = await smallPicture();
    const slug = await prepare(anna, { fileName, content });
    const answer = await anna.get(`/photos/${slug}/original`);
    expect(answer.status).toBe(303);
    const file = await fetch(answer.headers.get("location") ?? "");
    expect(Buffer.from(await file.arrayBuffer()).equals(content)).toBe(true);
    const disposition = file.headers.get("content-disposition") ?? "";
    const [, encoded = ""] =
      /^attachment; .*filename\*=UTF-8''([\w.%!~-]+)$/.exec(disposition) ?? [];
    expect(decodeURIComponent(encoded)).toBe(name);
  });

  test("is its owner's alone", async () => {
    const slug = await prepare(anna);
    expect((await bruno.get(`/photos/${slug}/original`)).status).toBe(404);
    const visitor = await env.client().get(`/photos/${slug}/original`);
    // Not back here: browsers do not go on from a form to another site.
    expect(visitor.headers.get("location")).toBe(`/sign-in?next=%2Fphotos%2F${slug}`);
    const asked = await anna.post(`/photos/${slug}/restore`);
    expect(asked.headers.get("location")).toBe(`/photos/${slug}`);
    expect((await anna.get(`/photos/${slug}`)).text).toContain("Your original is there");
    const address = new URL(
      (await anna.get(`/photos/${slug}/original`)).headers.get("location") ?? "",
    );
    expect(await statusOf(address.origin + address.pathname)).toBe(403);
    expect(await statusOf(`${env.space.cdn.url}/originals/${slug}`)).toBe(403);
    address.pathname = address.pathname.replace(slug, "x".repeat(16));
    expect(await statusOf(String(address))).toBe(403);
  });
});
