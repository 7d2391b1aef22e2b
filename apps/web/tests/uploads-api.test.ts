import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import {
  announce,
  announceOne,
  postJson,
  readRefusal,
  readState,
  sendToS3,
  type Post,
} from "./_direct-uploads.ts";
import { haveDone } from "./_limits.ts";
import {
  bucketKeys,
  newFormToken,
  sendForm,
  signedUp,
  smallPhoto,
  wordsOf,
  type Person,
} from "./_uploads.ts";

const maxBytes = 100_000;

let env: TestEnv;
let ida: Person;
let oskar: Person;
let photo: Buffer;

beforeAll(async () => {
  env = await startTestEnv({ environment: { UPLOAD_MAX_BYTES: String(maxBytes) } });
  [ida, oskar, photo] = await Promise.all([
    signedUp(env, "ida"),
    signedUp(env, "oskar"),
    smallPhoto(),
  ]);
});
afterAll(() => env?.[Symbol.asyncDispose]());

const complete = (person: Person, slug: string) => person.post(`/api/uploads/${slug}/complete`);
const statusOf = (person: Person, slug: string) => person.get(`/api/photos/${slug}/status`);

test("a file announced, sent straight to S3 and completed becomes a photo", async () => {
  const { slug, post } = await announceOne(env, ida, await newFormToken(ida), photo.length);
  expect(new URL(post.url).origin).not.toBe(env.url);
  expect(await sendToS3(post, photo)).toMatchObject({ status: 204 });
  expect(readState(await complete(ida, slug))).toEqual({
    slug,
    status: "processing",
    href: `/photos/${slug}`,
  });
  await env.drain();
  expect(readState(await statusOf(ida, slug))).toMatchObject({ status: "ready" });
  expect((await env.client().get(`/photos/${slug}`)).status).toBe(200);
});

test("the same file of the same form is the same upload, and asking again brings a fresh policy", async () => {
  const token = await newFormToken(ida);
  const files = [
    { position: 0, name: "a.jpg", size: photo.length },
    { position: 1, name: "b.jpg", size: photo.length },
  ];
  const first = await announce(env, ida, token, files);
  const second = await announce(env, ida, token, files);
  expect(second.map(({ slug }) => slug)).toEqual(first.map(({ slug }) => slug));
  expect(first[0]?.slug).not.toBe(first[1]?.slug);
  const [, upload] = second;
  if (!upload?.post) throw new Error("There is no policy");
  expect((await sendToS3(upload.post, photo)).status).toBe(204);
  expect((await complete(ida, upload.slug ?? "")).status).toBe(200);

  const [, third] = await announce(env, ida, token, files);
  expect(third).toMatchObject({ slug: upload.slug, post: null, error: null });
  expect(["processing", "ready"]).toContain(third?.status);
});

describe("a policy", () => {
  const changed = (post: Post, fields: Record<string, string>): Post => ({
    ...post,
    fields: { ...post.fields, ...fields },
  });

  test("allows no other key", async () => {
    const token = await newFormToken(ida);
    const { post } = await announceOne(env, ida, token);
    for (const key of ["incoming/somebody-else", "originals/x", "photos/x/w320.webp", ""]) {
      const answer = await sendToS3(changed(post, { key }), photo);
      expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
    }
    expect(await bucketKeys(env, "incoming/somebody-else")).toEqual([]);
  });

  test("allows no file over the limit, and none without content", async () => {
    const { slug, post } = await announceOne(env, ida, await newFormToken(ida));
    const tooLarge = await sendToS3(post, Buffer.alloc(maxBytes + 1));
    expect(tooLarge).toMatchObject({ status: 400, code: "EntityTooLarge" });
    const empty = await sendToS3(post, Buffer.alloc(0));
    expect(empty).toMatchObject({ status: 400, code: "EntityTooSmall" });
    expect(await bucketKeys(env, `incoming/${slug}`)).toEqual([]);
    expect((await complete(ida, slug)).status).toBe(409);
    expect((await sendToS3(post, photo)).status).toBe(204);
  });

  test("ends after ten minutes; a fresh one works", async () => {
    const token = await newFormToken(ida);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 11 * 60_000 });
    const { post } = await announceOne(env, ida, token).finally(() => vi.useRealTimers());
    expect(await sendToS3(post, photo)).toMatchObject({ status: 403, code: "AccessDenied" });
    const fresh = await announceOne(env, ida, token);
    expect((await sendToS3(fresh.post, photo)).status).toBe(204);
  });

  test("cannot be tampered with", async () => {
    const { slug, post } = await announceOne(env, ida, await newFormToken(ida));
    const policy: { expiration: string; conditions: unknown[] } = JSON.parse(
      Buffer.from(post.fields["Policy"] ?? "", "base64").toString(),
    );
    const encode = (changes: object) =>
      Buffer.from(JSON.stringify({ ...policy, ...changes })).toString("base64");
    for (const forged of [
      { Policy: encode({ conditions: [["starts-with", "$key", ""]] }) },
      { Policy: encode({ expiration: "2099-01-01T00:00:00Z" }) },
      { "X-Amz-Signature": "0".repeat(64) },
    ]) {
      const answer = await sendToS3(changed(post, forged), photo);
      expect(answer).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
    }
    expect(await bucketKeys(env, `incoming/${slug}`)).toEqual([]);
  });
});

test("completing before the file has arrived is a conflict, and works afterwards", async () => {
  const { slug, post } = await announceOne(env, ida, await newFormToken(ida));
  const early = await complete(ida, slug);
  expect(early.status).toBe(409);
  expect(readRefusal(early).message).toContain("has not arrived yet");
  await sendToS3(post, photo);
  expect((await complete(ida, slug)).status).toBe(200);
});

test("completing twice, even at once, makes one job", async () => {
  const { slug, post } = await announceOne(env, ida, await newFormToken(ida));
  await sendToS3(post, photo);
  await env.drain();
  await env.worker.stop();
  const answers = await Promise.all([1, 2, 3].map(() => complete(ida, slug)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await complete(ida, slug)).status).toBe(200);
  await expect(env.drain(0)).rejects.toThrow(/^[^\n]+\n {2}process-photo: queued[^\n]*$/);
  await env.worker.start();
  await env.drain();
  expect(readState(await statusOf(ida, slug)).status).toBe("ready");
});

test("another person's upload is not found", async () => {
  const { slug, post } = await announceOne(env, ida, await newFormToken(ida));
  await sendToS3(post, photo);
  for (const answer of [
    await complete(oskar, slug),
    await statusOf(oskar, slug),
    await complete(ida, "no-such-slug"),
  ]) {
    expect(answer.status).toBe(404);
    expect(readRefusal(answer).code).toBe("not-found");
  }
  expect(readState(await statusOf(ida, slug)).status).toBe("uploading");
});

test("two people may send forms with the same token", async () => {
  const token = await newFormToken(ida);
  const his = await announceOne(env, oskar, token);
  const hers = await announceOne(env, ida, token);
  expect(hers.slug).not.toBe(his.slug);
});

test("a file announced as empty or too large is refused, the others are not", async () => {
  const uploads = await announce(env, ida, await newFormToken(ida), [
    { position: 0, name: "empty.jpg", size: 0 },
    { position: 1, name: "good.jpg", size: maxBytes },
    { position: 2, name: "huge.jpg", size: maxBytes + 1 },
  ]);
  expect(uploads).toMatchObject([
    { slug: null, post: null, error: { code: "empty" } },
    { slug: expect.any(String), status: "uploading", error: null },
    { slug: null, post: null, error: { code: "too-large" } },
  ]);
  expect(uploads[2]?.error?.message).toContain("The file is too large");
});

test("each file counts among those that a person may send in an hour, whichever way it comes", async () => {
  await haveDone(env, "uploads", "oskar", 2_998);
  const formToken = await newFormToken(oskar);
  const two = [0, 1].map((position) => ({ position, name: "a.jpg", size: 10 }));
  const send = (files: object[]) => postJson(env, oskar, JSON.stringify({ formToken, files }));
  expect((await send(two)).status).toBe(200);
  expect((await send(two)).status).toBe(429);
  const byForm = await sendForm(oskar, formToken, [{ name: "a.jpg", content: photo }]);
  expect([byForm.status, wordsOf(byForm.text)]).toEqual([
    429,
    expect.stringContaining("a lot of photos for one hour"),
  ]);
  expect(byForm.headers.get("retry-after")).toMatch(/^3[56]\d\d$/);
  await haveDone(env, "uploads", "oskar", 0);
});

test("what cannot be understood is refused with 400, in JSON", async () => {
  const file = { position: 0, name: "a.jpg", size: 10 };
  const files = [file];
  const formToken = "a-form-token";
  const bodies = [
    "{",
    "[]",
    JSON.stringify({ formToken }),
    JSON.stringify({ formToken, files: [] }),
    JSON.stringify({ formToken: "short", files }),
    JSON.stringify({ formToken: "a-token-with-<script>", files }),
    JSON.stringify({ formToken, files, visibility: "everyone" }),
    JSON.stringify({ formToken, files: [{ ...file, size: -1 }] }),
    JSON.stringify({ formToken, files: [{ ...file, position: 0.5 }] }),
    JSON.stringify({ formToken, files: Array.from({ length: 101 }, () => file) }),
  ];
  for (const body of bodies) {
    const { status, json } = await postJson(env, ida, body);
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: { code: "bad-request", message: expect.any(String) } });
  }
  const large = await postJson(env, ida, JSON.stringify({ formToken, x: "x".repeat(300_000) }));
  expect(large.status).toBe(413);
});

test("names from elsewhere are shown without folders and control characters", async () => {
  const token = await newFormToken(ida);
  const names = ["../../x.jpg", `${"y".repeat(300)}.jpg`, "a\u0000b\u202Ec.jpg", "🌻.jpg", "../"];
  await announce(
    env,
    ida,
    token,
    names.map((name, position) => ({ position, name, size: 10 })),
  );
  const words = wordsOf((await ida.get(`/upload?form=${token}`)).text);
  for (const shown of ["x.jpg", "y".repeat(120), "abc.jpg", "🌻.jpg", "photo"])
    expect(words).toContain(` ${shown} `);
});

test("a visitor is told in JSON to sign in", async () => {
  const visitor = env.client();
  const answers = [
    await visitor.post("/api/uploads"),
    await complete(visitor, "some-slug"),
    await statusOf(visitor, "some-slug"),
    await visitor.get("/api/uploads/events"),
  ];
  for (const answer of answers) {
    expect(answer.status).toBe(401);
    expect(readRefusal(answer).code).toBe("sign-in-required");
  }
});
