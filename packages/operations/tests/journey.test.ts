import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { quadrants } from "@tendril/dev-env/album";
import { NotFoundError } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { findTrace, type TraceStep } from "../src/index.ts";
import { openOperations } from "./_operations.ts";

let env: TestEnv;
let ops: Awaited<ReturnType<typeof openOperations>>;

beforeAll(async () => {
  env = await startTestEnv();
  ops = await openOperations(env);
});
afterAll(async () => {
  await ops?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});

test("one click is followed from the request to the photo's variants and to what it made others hear", async () => {
  const ada = env.client();
  await ada.signUp("ada");
  const token = /name="form_token" value="([^"]+)"/.exec((await ada.get("/upload")).text)?.[1];
  const photo = await quadrants({ width: 60, height: 40 }).jpeg().toBuffer();
  const file = { field: "photos", name: "a.jpg", content: new Uint8Array(photo) };
  const sent = await ada.postMultipart("/upload", { form_token: token ?? "" }, [file]);
  expect(sent.status).toBe(303);
  const slug = String((await ops.db.tables.photos.findOne())?.get("slug"));
  await expect.poll(async () => (await ada.get(`/photos/${slug}`)).text).toContain("srcset");

  // The request is written down a moment later than what followed from it.
  const requested = async () => (await findTrace(ops, slug)).origin.kind;
  await expect.poll(requested).toBe("request");
  const trace = await findTrace(ops, slug);
  expect(trace.id).toBe(sent.headers.get("x-request-id"));
  expect(trace.origin).toMatchObject({ title: "POST /upload", text: "answered with 303" });
  expect(
    trace.origin.spans.map(({ kind, instance, release }) => [kind, instance, release]),
  ).toEqual(["request", "transaction", "answer"].map((kind) => [kind, "web-1", "development"]));
  const [processed] = trace.steps;
  expect(processed).toMatchObject({
    name: "process-photo",
    state: "done",
    result: { text: `photo ${slug}: ready, 60 × 40, 2 variants` },
  });
  expect(processed?.spans.at(-1)).toMatchObject({
    kind: "attempt",
    label: "attempt 1, done",
    instance: "worker-1",
    release: "development",
  });
  // Its followers hear of it some seconds later, from a job that follows from this one.
  expect(processed?.followedBy.map(({ name }) => name)).toEqual(["announce-photos"]);
  expect((await findTrace(ops, processed?.followedBy[0]?.id ?? "")).id).toBe(trace.id);
});

test("a mail's journey says what became of it at its recipient", async () => {
  const bruno = env.client();
  const page = await bruno.post("/sign-up", {
    username: "bruno",
    email: "bruno@example.com",
    password: "tendril-demo",
  });
  const id = page.headers.get("x-request-id") ?? "";
  const mail = async (): Promise<TraceStep | undefined> => (await findTrace(ops, id)).steps[0];
  const text = "mail verify-email to bruno@example.com: sent, delivered";
  await expect.poll(async () => (await mail())?.result?.text).toBe(text);
  expect((await mail())?.result?.marks.map(({ label }) => label)).toContain("the mail: delivered");
});

test("what left no trace is not found, and it is said how things are named", async () => {
  await expect(findTrace(ops, "nothing")).rejects.toThrow(NotFoundError);
  await expect(findTrace(ops, "nöthing")).rejects.toThrow(/X-Request-Id/);
});
