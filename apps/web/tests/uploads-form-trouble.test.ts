import { once } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";

import {
  bucketKeys,
  formFrame,
  largeFile,
  newFormToken,
  openPost,
  resultsOf,
  sendForm,
  signedUp,
  smallPhoto,
  wordsOf,
  type Person,
} from "./_uploads.ts";

const mebibyte = 1024 * 1024;
const maxBytes = 66 * mebibyte;

let env: TestEnv;
let ida: Person;
let photo: Buffer;

beforeAll(async () => {
  env = await startTestEnv({ environment: { UPLOAD_MAX_BYTES: String(maxBytes) } });
  ida = await signedUp(env, "ida");
  photo = await smallPhoto();
});
afterAll(() => env?.[Symbol.asyncDispose]());

test("a file over the limit is answered with 413 and leaves nothing in the bucket", async () => {
  const token = await newFormToken(ida);
  const answer = await sendForm(ida, token, [
    { name: "huge.jpg", content: await largeFile(maxBytes + 1) },
  ]);
  expect(answer.status).toBe(413);
  expect(wordsOf(answer.text)).toMatch(/huge\.jpg\s*: The file is too large/);
  expect(await bucketKeys(env)).toEqual([]);
  await env.drain();
  expect(await resultsOf(ida, token)).toMatchObject([{ status: "failed" }]);
});

test("a file over the limit does not stop those around it", async () => {
  const token = await newFormToken(ida);
  const answer = await sendForm(ida, token, [
    { name: "before.jpg", content: photo },
    { name: "huge.jpg", content: await largeFile(maxBytes + 1) },
    { name: "after.jpg", content: photo },
  ]);
  expect(answer.status).toBe(303);
  await env.drain();
  expect(await bucketKeys(env, "originals/")).toHaveLength(2);
  expect(await bucketKeys(env, "incoming/")).toEqual([]);
});

test("a large file flows through: the server never holds the whole of it", async () => {
  const { type, head, tail } = formFrame(await newFormToken(ida), "large.jpg");
  const { outgoing, answered } = openPost(env, ida, type);
  const chunk = await largeFile(mebibyte);
  // Held, not just not collected yet: on a busy machine that may be a lot.
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const used = () => {
    collect();
    return process.memoryUsage().arrayBuffers;
  };
  const before = used();
  let most = 0;
  outgoing.write(head);
  for (let sent = 0; sent < 64; sent++) {
    if (!outgoing.write(chunk)) await once(outgoing, "drain");
    if (sent % 16 === 15) most = Math.max(most, used() - before);
  }
  outgoing.end(tail);
  expect((await answered).status).toBe(303);
  expect(most).toBeLessThan(40 * mebibyte);
  await env.drain();
}, 120_000);

test.each([
  ["a small part of the file", 10],
  ["several parts of it", 12 * mebibyte],
])("a connection that broke off after %s: the same form succeeds", async (_, sentBytes) => {
  const token = await newFormToken(ida);
  const { type, head } = formFrame(token, "cut.jpg");
  const { outgoing, answered } = openPost(env, ida, type);
  const file = Buffer.concat([photo, Buffer.alloc(sentBytes)]);
  outgoing.write(head);
  await new Promise<void>((resolve) =>
    outgoing.write(file.subarray(0, sentBytes), () => resolve()),
  );
  await expect
    .poll(() => resultsOf(ida, token), { timeout: 5_000 })
    .toMatchObject([{ status: "uploading" }]);
  outgoing.destroy();
  await expect(answered).rejects.toThrow();

  expect((await sendForm(ida, token, [{ name: "cut.jpg", content: photo }])).status).toBe(303);
  await env.drain();
  const page = await ida.get(`/upload?form=${token}`);
  expect(page.text).not.toContain("data-pending");
  expect(await bucketKeys(env, "incoming/")).toEqual([]);
});

test.each([
  ["a small file", 0],
  ["a large file", 12 * mebibyte],
])("while S3 is away %s is answered with 503, and the same form works later", async (_, more) => {
  const token = await newFormToken(ida);
  const files = [
    { name: "first.jpg", content: Buffer.concat([photo, Buffer.alloc(more)]) },
    { name: "second.jpg", content: photo },
  ];
  await env.stop("s3");
  const answer = await sendForm(ida, token, files);
  await env.resume("s3");
  expect(answer.status).toBe(503);
  expect(wordsOf(answer.text)).toContain("The photo store cannot be reached right now");
  expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
  // The storage is not asked again for each of the others.
  expect(await resultsOf(ida, token)).toHaveLength(1);

  const before = (await bucketKeys(env, "originals/")).length;
  expect((await sendForm(ida, token, files)).status).toBe(303);
  await env.drain();
  expect(await bucketKeys(env, "originals/")).toHaveLength(before + 2);
});
