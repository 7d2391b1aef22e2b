import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  RestoreObjectCommand,
  type S3Client,
  type Tier,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { GlacierClass, Space } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { bucketOf, connectS3 } from "./_s3.ts";
import { openTestSpace } from "./_space.ts";

let space: Space;
let s3: S3Client;
let Bucket: string;

beforeAll(async () => {
  space = await openTestSpace();
  s3 = connectS3(space);
  Bucket = bucketOf(space);
});
afterAll(async () => {
  s3?.destroy();
  await space?.[Symbol.asyncDispose]();
});

const put = (Key: string, Body = "as it came") =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const head = (Key: string) => s3.send(new HeadObjectCommand({ Bucket, Key }));
const restore = (Key: string, Days = 3, tier: Tier | undefined = "Standard") =>
  s3.send(
    new RestoreObjectCommand({
      Bucket,
      Key,
      RestoreRequest: { Days, GlacierJobParameters: { Tier: tier } },
    }),
  );

async function read(Key: string): Promise<string | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString();
}

async function archive(Key: string, storageClass?: GlacierClass): Promise<string> {
  await put(Key);
  await space.glacier.archive(Key, storageClass);
  return Key;
}

/** A refusal, by its name and status as the SDK tells them. */
const refusal = (name: string, httpStatusCode: number) =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode }) });

describe("an object in the archive", () => {
  test("can be looked at, and not read, copied or downloaded", async () => {
    const key = await archive("originals/a b");
    expect(await head(key)).toMatchObject({ ContentLength: 10, StorageClass: "GLACIER" });
    expect((await head(key)).Restore).toBeUndefined();
    await expect(read(key)).rejects.toEqual(refusal("InvalidObjectState", 403));
    const copy = new CopyObjectCommand({
      Bucket,
      Key: "originals/copy",
      CopySource: `${Bucket}/${encodeURIComponent(key)}`,
    });
    await expect(s3.send(copy)).rejects.toEqual(refusal("InvalidObjectState", 403));
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: key }));
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([
      403,
      expect.stringMatching(/<Code>InvalidObjectState<.*<StorageClass>GLACIER</s),
    ]);
  });

  test("in the class of instant retrieval is read like any other, and cannot be restored", async () => {
    const key = await archive("originals/instant", "GLACIER_IR");
    expect(await head(key)).toMatchObject({ StorageClass: "GLACIER_IR" });
    expect(await read(key)).toBe("as it came");
    await expect(restore(key)).rejects.toEqual(refusal("InvalidObjectState", 403));
  });

  test.each<GlacierClass>(["GLACIER", "DEEP_ARCHIVE"])(
    "of %s is restored when asked, for whole days",
    async (storageClass) => {
      const key = await archive(`originals/${storageClass}`, storageClass);
      expect((await restore(key)).$metadata.httpStatusCode).toBe(202);
      expect(await head(key)).toMatchObject({
        StorageClass: storageClass,
        Restore: 'ongoing-request="true"',
      });
      await expect(read(key)).rejects.toEqual(refusal("InvalidObjectState", 403));
      await expect(restore(key)).rejects.toEqual(refusal("RestoreAlreadyInProgress", 409));

      await space.glacier.finish(key);
      const { Restore = "" } = await head(key);
      const [, until = ""] = /^ongoing-request="false", expiry-date="(.*)"$/.exec(Restore) ?? [];
      const days = (Date.parse(until) - Date.now()) / 86_400_000;
      expect(days).toBeGreaterThan(3);
      expect(days).toBeLessThanOrEqual(4);
      expect(until).toMatch(/ 00:00:00 GMT$/);
      expect(await read(key)).toBe("as it came");

      expect((await restore(key, 10)).$metadata.httpStatusCode).toBe(200);
      expect((await head(key)).Restore).not.toBe(Restore);

      await space.glacier.expire(key);
      expect((await head(key)).Restore).toBeUndefined();
      await expect(read(key)).rejects.toEqual(refusal("InvalidObjectState", 403));
      expect((await restore(key)).$metadata.httpStatusCode).toBe(202);
    },
  );

  test("that is written anew is not archived any more", async () => {
    const key = await archive("originals/again");
    await put(key, "sent again");
    expect(await read(key)).toBe("sent again");
    expect((await head(key)).StorageClass).toBeUndefined();
    await expect(restore(key)).rejects.toEqual(refusal("InvalidObjectState", 403));
  });
});

describe("a restore is refused", () => {
  test("for what was never archived, and for what is not there", async () => {
    await put("originals/at hand");
    await expect(restore("originals/at hand")).rejects.toEqual(refusal("InvalidObjectState", 403));
    await expect(restore("originals/nothing")).rejects.toEqual(refusal("NoSuchKey", 404));
  });

  test("for a time or in a way that does not exist", async () => {
    const key = await archive("originals/deep", "DEEP_ARCHIVE");
    await expect(restore(key, 0)).rejects.toEqual(refusal("MalformedXML", 400));
    await expect(restore(key, 3, "Expedited")).rejects.toEqual(refusal("InvalidArgument", 400));
    expect((await head(key)).Restore).toBeUndefined();
  });

  test("to those who have not signed it", async () => {
    const key = await archive("originals/mine");
    const answer = await fetch(
      `${space.environment["AWS_ENDPOINT_URL_S3"]}/${Bucket}/${key}?restore`,
      {
        method: "POST",
        body: "<RestoreRequest><Days>1</Days></RestoreRequest>",
      },
    );
    expect(answer.status).toBe(403);
    expect((await head(key)).Restore).toBeUndefined();
  });
});

test("a person plays the time that passes in S3 on a page, or with a command", async () => {
  const key = "originals/by-hand";
  await put(key);
  const { url } = space.glacierDesk;
  const post = (deed: string, headers = {}) =>
    fetch(`${url}/${deed}`, {
      method: "POST",
      body: new URLSearchParams({ key }),
      headers,
      redirect: "manual",
    });
  expect(await (await fetch(url)).text()).toContain("originals/by-hand</code><span>at hand");
  expect((await post("archive", { origin: "https://elsewhere.example" })).status).toBe(403);
  expect((await post("finish")).status).toBe(409);
  expect((await post("archive")).status).toBe(303);
  await expect(read(key)).rejects.toEqual(refusal("InvalidObjectState", 403));
  await restore(key);
  expect((await post("finish")).status).toBe(303);
  expect(await read(key)).toBe("as it came");
  expect((await post("expire")).status).toBe(303);
  expect(await (await fetch(url)).text()).toContain("by-hand</code><span>in GLACIER");
});

test("what lies in the archive is known after a restart of the front", async () => {
  const key = await archive("originals/kept");
  await restore(key);
  await using again = await openTestSpace(space.name);
  using other = connectDisposable(again);
  const { Restore, StorageClass } = await other.s3.send(
    new HeadObjectCommand({ Bucket, Key: key }),
  );
  expect([StorageClass, Restore]).toEqual(["GLACIER", 'ongoing-request="true"']);
});

function connectDisposable(of: Space) {
  const client = connectS3(of);
  return { s3: client, [Symbol.dispose]: () => client.destroy() };
}
