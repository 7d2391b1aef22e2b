import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";

import { announceOne, listen, readRefusal, sendToS3 } from "./_direct-uploads.ts";
import { newFormToken, signedUp, smallPhoto, type Person } from "./_uploads.ts";

let env: TestEnv;
let ida: Person;
let photo: Buffer;

beforeAll(async () => {
  env = await startTestEnv();
  ida = await signedUp(env, "ida");
  photo = await smallPhoto();
});
afterAll(() => env?.[Symbol.asyncDispose]());

async function upload(content: Buffer): Promise<string> {
  const { slug, post } = await announceOne(env, ida, await newFormToken(ida));
  await sendToS3(post, content);
  expect((await ida.post(`/api/uploads/${slug}/complete`)).status).toBe(200);
  return slug;
}

test("a stream tells the states of an upload as they come, and its owner alone", async () => {
  const oskar = await signedUp(env, "oskar");
  await env.drain();
  await env.worker.stop();
  using hers = await listen(env, ida);
  using his = await listen(env, oskar);
  expect(hers.response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  expect(hers.response.headers.get("x-accel-buffering")).toBe("no");

  const slug = await upload(photo);
  await expect.poll(() => hers.statesOf(slug)).toContain("processing");
  await env.worker.start();
  await expect.poll(() => hers.statesOf(slug).at(-1), { timeout: 10_000 }).toBe("ready");
  const front = await env.client().get("/");
  expect(front.text).toContain(`/photos/${slug}`);
  expect(his.told).toEqual([]);
});

test("a stream tells in plain words why a photo could not be used", async () => {
  using stream = await listen(env, ida);
  const slug = await upload(Buffer.from("Dear diary, today the camera broke.\n"));
  await expect.poll(() => stream.statesOf(slug).at(-1), { timeout: 10_000 }).toBe("failed");
  expect(stream.told.at(-1)).toMatchObject({
    href: `/photos/${slug}`,
    reason: expect.stringContaining("not a picture"),
  });
});

test("a new stream begins with what is on its way", async () => {
  const waiting = await announceOne(env, ida, await newFormToken(ida));
  await env.drain();
  await env.worker.stop();
  const slug = await upload(photo);
  using stream = await listen(env, ida);
  await expect.poll(() => stream.told.length).toBeGreaterThanOrEqual(2);
  expect(stream.statesOf(waiting.slug)).toEqual(["uploading"]);
  expect(stream.statesOf(slug)).toEqual(["processing"]);
  await env.worker.start();
});

test("one person cannot hold any number of streams", async () => {
  const lena = await signedUp(env, "lena");
  using streams = new DisposableStack();
  for (let opened = 0; opened < 10; opened++) streams.use(await listen(env, lena));
  const refused = await lena.get("/api/uploads/events");
  expect(refused.status).toBe(429);
  expect(readRefusal(refused).message).toContain("Close some of them");
  streams.dispose();
  await expect
    .poll(async () => {
      using stream = await listen(env, lena);
      return stream.response.status;
    })
    .toBe(200);
});

test(
  "streams end when the server stops, which they do not hold up",
  { timeout: 10_000 },
  async () => {
    using stream = await listen(env, ida);
    await env.web.stop();
    await stream.ended;
    await env.web.start();
    using next = await listen(env, ida);
    expect(next.response.status).toBe(200);
  },
);
