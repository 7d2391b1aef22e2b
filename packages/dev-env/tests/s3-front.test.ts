import {
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { Space } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { bucketOf, connectS3, presignForm, sendFile } from "./_s3.ts";
import { openTestSpace } from "./_space.ts";

let space: Space;
let s3: S3Client;
let bucket: string;

beforeAll(async () => {
  space = await openTestSpace();
  s3 = connectS3(space);
  bucket = bucketOf(space);
});
afterAll(async () => {
  s3?.destroy();
  await space?.[Symbol.asyncDispose]();
});

describe("a form upload that fits its policy", () => {
  test("is stored with its type, and answered as S3 answers", async () => {
    const { status, headers } = await sendFile(await presignForm(bucket, "incoming/fits", s3));
    expect(status).toBe(204);
    expect(headers.get("etag")).toMatch(/^"[0-9a-f]{32}"$/);
    const stored = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "incoming/fits" }));
    expect(stored).toMatchObject({ ContentLength: 100, ContentType: "image/png" });
  });

  test("may be larger than the server's own limit for forms", async () => {
    const form = await createPresignedPost(s3, {
      Bucket: bucket,
      Key: "incoming/large",
      Conditions: [["content-length-range", 1, 26 * 1024 ** 2]],
    });
    expect(await sendFile(form, 25 * 1024 ** 2)).toMatchObject({ status: 204 });
  });

  test("answers 201 with a document when asked", async () => {
    const form = await createPresignedPost(s3, {
      Bucket: bucket,
      Key: "incoming/201",
      Fields: { success_action_status: "201" },
    });
    const { status, element } = await sendFile(form);
    expect([status, element("Key")]).toEqual([201, "incoming/201"]);
  });

  test("puts the file's name where the form says", async () => {
    const form = await createPresignedPost(s3, { Bucket: bucket, Key: "incoming/${filename}" });
    expect((await sendFile(form)).status).toBe(204);
    await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "incoming/me at home.png" }));
  });
});

describe("browsers of other origins", () => {
  const ask = (origin: string, method: string) =>
    fetch(`${space.environment["AWS_ENDPOINT_URL_S3"]}/${bucket}`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": method,
        "access-control-request-headers": "content-type",
      },
    });

  test("may send forms from this machine", async () => {
    const answer = await ask("http://localhost:8080", "POST");
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([
      200,
      "http://localhost:8080",
    ]);
    const { headers } = await sendFile(await presignForm(bucket, "incoming/cors", s3), 100, {
      origin: "http://localhost:8080",
    });
    expect(headers.get("access-control-allow-origin")).toBe("http://localhost:8080");
  });

  test("may nothing else", async () => {
    expect((await ask("http://localhost:8080", "PUT")).status).toBe(403);
    expect((await ask("https://elsewhere.example", "POST")).status).toBe(403);
    const { headers } = await sendFile(await presignForm(bucket, "incoming/cors", s3), 100, {
      origin: "https://elsewhere.example",
    });
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("the bucket is private", () => {
  test("to those without a signature, with a wrong one, or with one for another thing", async () => {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "originals/a b", Body: "secret" }));
    const url = new URL(
      await getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key: "originals/a b" }), {
        expiresIn: 60,
      }),
    );
    const status = async (change: (url: URL) => void) => {
      const changed = new URL(url);
      change(changed);
      return (await fetch(changed)).status;
    };
    expect(await status(() => {})).toBe(200);
    expect(await status((changed) => (changed.search = ""))).toBe(403);
    expect(await status((changed) => (changed.pathname = `/${bucket}/originals/b`))).toBe(403);
    expect(await status((changed) => changed.searchParams.set("X-Amz-Expires", "600"))).toBe(403);
    await expect(
      connectS3(space, { secretAccessKey: "other" }).send(
        new GetObjectCommand({ Bucket: bucket, Key: "originals/a b" }),
      ),
    ).rejects.toThrow(/signature/);
  });

  test("to presigned addresses past their time", async () => {
    const signingDate = new Date(Date.now() - 61_000);
    const url = await getSignedUrl(
      s3,
      new GetObjectCommand({ Bucket: bucket, Key: "originals/a b" }),
      { expiresIn: 60, signingDate },
    );
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([
      403,
      expect.stringContaining("Request has expired"),
    ]);
  });
});

test("a listing in pages leaves nothing out, whatever letters the keys have", async () => {
  const Prefix = "listed/";
  const keys = ["B", "C", "a", "b"].map((letter) => `${Prefix}${letter}`);
  for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "x" }));
  const listed: (string | undefined)[] = [];
  const pages = paginateListObjectsV2({ client: s3, pageSize: 1 }, { Bucket: bucket, Prefix });
  for await (const { Contents = [] } of pages) listed.push(...Contents.map(({ Key }) => Key));
  expect(listed).toEqual(keys);
});
