import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";

import { signUpOperator } from "./_ops.ts";
import { whoIs } from "./_people.ts";
import { filesOn, publish, sendPhoto, slugsOn } from "./_photos.ts";
import { query } from "./_social.ts";

let env: TestEnv;
let operator: Client;
let ada: Client;
let bruno: Client;

beforeAll(async () => {
  env = await startTestEnv();
  operator = await signUpOperator(env, "olga");
  ada = env.client();
  await ada.signUp("ada");
  bruno = env.client();
  await bruno.signUp("bruno");
});
afterAll(() => env?.[Symbol.asyncDispose]());

const onFront = async (slug: string) => slugsOn(await env.client().get("/")).includes(slug);
const because = (reason: string) => ({ reason });

test("a photo that somebody reported is hidden everywhere, with its files, and can come back", async () => {
  const slug = await publish(ada, { caption: "The neighbour" });
  const [file = ""] = filesOn(await bruno.get(`/photos/${slug}`)).filter((href) =>
    href.endsWith(".webp"),
  );
  expect((await fetch(file)).status).toBe(200);

  // Signing in leads to the form; one's own photo has none.
  const form = `/photos/${slug}/report`;
  expect((await env.client().get(form)).headers.get("location")).toContain("/sign-in");
  expect((await ada.get(form)).status).toBe(403);
  expect((await bruno.get(`/photos/${slug}`)).text).toContain(`href="${form}"`);
  expect((await bruno.post(form, { text: "me" })).status).toBe(422);
  for (const text of ["That is me", "Said twice"])
    expect((await bruno.post(form, { reason: "person", text })).status).toBe(303);
  expect((await bruno.get("/ops/reports")).status).toBe(404);
  expect((await operator.get("/ops")).text).toContain("1 report waits");
  const listed = (await operator.get("/ops/reports")).text;
  expect(listed).toContain("That is me");
  expect(listed).not.toContain("Said twice");

  // Nothing happens without a reason.
  const hide = `/ops/photos/${slug}/hide`;
  expect((await operator.post(hide)).status).toBe(422);
  expect((await operator.post(hide, { reason: "bruno says so", tell: "She objects" })).status).toBe(
    303,
  );
  expect(await onFront(slug)).toBe(false);
  expect((await bruno.get(`/photos/${slug}`)).status).toBe(404);
  expect(slugsOn(await bruno.get("/@ada"))).not.toContain(slug);
  await expect.poll(async () => (await fetch(file)).status).toBe(403);
  expect((await operator.get("/ops/reports")).text).not.toContain("That is me");

  // Its owner sees that, and why.
  const own = await ada.get(`/photos/${slug}`);
  expect(own.text).toContain("This photo is hidden");
  expect(own.text).toContain("She objects");
  expect(own.text).not.toContain("bruno says so");
  const asked = await query(
    env,
    `SELECT DISTINCT u.username FROM jobs j LEFT JOIN users u ON u.id = j.requested_by
      WHERE j.name IN ('move-photo-files', 'delete-photo-files')`,
  );
  expect(asked).toEqual([{ username: "olga" }]);
  expect((await ada.get("/@ada")).text).toContain("She objects");
  const told = async () => (await ada.get("/notifications")).text;
  await expect.poll(told).toContain("Your photo was hidden by the operators");

  await env.drain();
  const hidden = (await operator.get("/ops/reports?state=hidden")).text;
  expect(hidden).toContain(`href="/ops/photos/${slug}"`);
  expect(hidden).toContain("Show again");
  expect((await operator.get("/ops/people/ada")).text).toContain("bruno says so");
  expect((await operator.get("/ops/people?name=ADA@example.com")).headers.get("location")).toBe(
    "/ops/people/ada",
  );
  const unhide = `/ops/photos/${slug}/unhide`;
  expect((await operator.post(unhide, because("A mistake"))).status).toBe(303);
  await expect.poll(() => onFront(slug)).toBe(true);
  expect((await operator.get("/ops/history")).text).toContain("photo unhide");
  const after = async (state: string) => (await operator.get(`/ops/reports?state=${state}`)).text;
  expect(await after("hidden")).not.toContain("That is me");
  expect(await after("dismissed")).toContain("That is me");
});

test("whoever is suspended is signed out everywhere, and nobody sees what is theirs", async () => {
  const carla = env.client();
  await carla.signUp("carla");
  const slug = await publish(carla);
  const page = await operator.get("/ops/people?name=@carla");
  expect(page.headers.get("location")).toBe("/ops/people/carla");
  expect((await operator.get("/ops/people/nobody")).status).toBe(404);

  const suspend = await operator.post("/ops/people/carla/suspend", because("Spam in comments"));
  expect(suspend.status).toBe(303);
  expect(await whoIs(carla)).toBeNull();
  expect(await onFront(slug)).toBe(false);
  expect((await env.client().get(`/photos/${slug}`)).status).toBe(404);
  expect((await env.client().get("/@carla")).status).toBe(404);
  const signIn = await carla.post("/sign-in", { login: "carla", password: "tendril-demo" });
  expect(signIn.status).toBe(403);
  expect(signIn.text).toContain("Spam in comments");
  expect((await operator.get("/ops/people/carla")).text).toContain("Spam in comments");

  await operator.post("/ops/people/carla/unsuspend", because("Apologised"));
  await carla.signIn("carla");
  await expect.poll(() => whoIs(carla)).toBe("carla");
  await expect.poll(() => onFront(slug)).toBe(true);
  const self = await operator.post("/ops/people/olga/suspend", because("Tired"));
  expect(self.status).toBe(422);
});

test("the owner of a photo that cannot be made ready is told, once, and sends another file in its place", async () => {
  // Begins like a photo, and is none.
  const content = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, ...Buffer.from("none".repeat(20))]);
  const slug = await sendPhoto(ada, { caption: "Evening", content });
  const told = async () => (await ada.get("/notifications")).text;
  await expect.poll(told).toContain("Your photo could not be made ready");
  const page = await ada.get(`/photos/${slug}`);
  expect(page.text).toContain(`/upload?again=${slug}`);
  const form = await ada.get(`/upload?again=${slug}`);
  expect(form.text).toContain("In place of");
  expect(form.text).toContain("Evening");
  expect((await bruno.get(`/upload?again=${slug}`)).text).not.toContain("Evening");
  const [row] = await query(env, "SELECT count FROM notifications WHERE kind = 'failed'");
  expect(row).toEqual({ count: 1 });
});

test("whoever was told that a photo had failed is told when it is ready after all", async () => {
  const slug = await publish(ada);
  const sql = `UPDATE photos SET status = 'failed', failure = 'gave-up', failure_told_at = NOW(3)
      WHERE slug = ?`;
  await query(env, sql, [slug]);
  expect((await ada.post(`/photos/${slug}/retry`)).status).toBe(303);
  const told = async () => (await ada.get("/notifications")).text;
  await expect.poll(told).toContain("Your photo is ready after all");
});

test("how a photo came in is shown to operators alone", async () => {
  const slug = await publish(ada);
  const href = `/ops/trace/${slug}`;
  expect((await operator.get(`/photos/${slug}`)).text).toContain(href);
  expect((await bruno.get(`/photos/${slug}`)).text).not.toContain(href);
  expect((await bruno.get(href)).status).toBe(404);
  await expect.poll(async () => (await operator.get(href)).text).toContain("POST /upload");
  const { text } = await operator.get(href);
  // The wait in the queue may be shorter than a millisecond.
  for (const words of ["in the outbox", "attempt 1, done", "worker-1", "variants"])
    expect(text).toContain(words);
  const found = await operator.get(`/ops/trace?id=${env.url}/photos/${slug}`);
  expect(found.status).toBe(303);
  expect((await operator.get("/ops/trace?id=nothing")).status).toBe(404);
});
