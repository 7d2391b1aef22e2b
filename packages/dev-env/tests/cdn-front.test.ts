import { request } from "node:http";

import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Space } from "../src/space/space.ts";
import { openTestSpace } from "./_space.ts";

let space: Space;

beforeAll(async () => {
  space = await openTestSpace();
  const {
    AWS_ENDPOINT_URL_S3: endpoint = "",
    AWS_REGION: region = "",
    AWS_ACCESS_KEY_ID: accessKeyId = "",
    AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
    PHOTO_BUCKET: Bucket,
  } = space.environment;
  const s3 = new S3Client({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  for (const Key of ["photos/a/640.webp", "assets/site.css", "originals/secret", "incoming/secret"])
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body: "0123456789",
        ContentType: "image/webp",
        CacheControl: "public, max-age=86400",
      }),
    );
  s3.destroy();
});
afterAll(() => space?.[Symbol.asyncDispose]());

/** As written: `fetch` would tidy up the path. */
function ask(path: string, method = "GET", headers = {}): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const { port } = space.cdn;
  request({ host: "127.0.0.1", port, path, method, headers }, (answer) =>
    resolve(answer.resume().statusCode ?? 0),
  )
    .on("error", reject)
    .end();
  return promise;
}

test("photos are given with their own headers and those of the response policy", async () => {
  const answer = await fetch(`${space.cdn.url}/photos/a/640.webp?ignored=1`);
  expect([answer.status, await answer.text()]).toEqual([200, "0123456789"]);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "content-type": "image/webp",
    "cache-control": "public, max-age=86400",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
    etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
  });
  const etag = answer.headers.get("etag");
  expect(await ask("/photos/a/640.webp", "GET", { "if-none-match": etag })).toBe(304);
  expect(await ask("/photos/a/640.webp", "GET", { range: "bytes=0-3" })).toBe(206);
  expect(await ask("/photos/a/640.webp", "HEAD")).toBe(200);
  expect(await ask("/assets/site.css")).toBe(200);
});

describe("refused is", () => {
  test.each([
    "/originals/secret",
    "/incoming/secret",
    "/photos/../originals/secret",
    "/photos/%2e%2e/originals/secret",
    "/photos/..%2foriginals/secret",
    "/photos/not-there.webp",
    "/photos/",
    "/photos",
    "/",
    "//originals/secret",
  ])("%s", async (path) => expect(await ask(path)).toBe(403));

  test.each(["POST", "PUT", "DELETE", "OPTIONS"])("%s", async (method) =>
    expect(await ask("/photos/a/640.webp", method)).toBe(403),
  );
});
