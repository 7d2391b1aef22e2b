import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

let env: TestEnv;

beforeAll(async () => {
  env = await startTestEnv();
});
afterAll(() => env?.[Symbol.asyncDispose]());

const manifest = z.object({
  name: z.string(),
  start_url: z.string(),
  display: z.string(),
  icons: z.array(z.object({ src: z.string(), sizes: z.string(), type: z.string() })),
});

test("the gallery can be put on a home screen, with icons of the sizes that it names", async () => {
  const visitor = env.client();
  const front = await visitor.get("/");
  const href = /<link rel="manifest" href="([^"]+)"/.exec(front.text)?.[1] ?? "";
  const answer = await visitor.get(href);
  expect(answer.headers.get("content-type")).toContain("application/manifest+json");
  const read = manifest.parse(JSON.parse(answer.text));
  expect(read).toMatchObject({ name: "Tendril", start_url: "/", display: "standalone" });

  const touch = /<link rel="apple-touch-icon" href="([^"]+)"/.exec(front.text)?.[1] ?? "";
  const icons = [...read.icons, { src: touch, sizes: "180x180", type: "image/png" }];
  expect(icons.map(({ sizes }) => sizes)).toEqual(
    expect.arrayContaining(["192x192", "512x512", "180x180"]),
  );
  for (const { src, sizes, type } of icons) {
    const icon = await fetch(new URL(src, env.url));
    expect(icon.headers.get("content-type")).toBe(type);
    const { width, height } = await sharp(await icon.arrayBuffer()).metadata();
    expect(`${width}x${height}`).toBe(sizes);
  }
});
