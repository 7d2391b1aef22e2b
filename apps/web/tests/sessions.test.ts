import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { linkIn, tokenOf, whoIs } from "./_people.ts";
import { https, startProduction } from "./_production.ts";
import { watchRedis } from "./_redis.ts";

let env: TestEnv;

beforeAll(async () => {
  env = await startTestEnv();
  await env.client().signUp("anna");
  await env.client().signUp("bruno");
});
afterAll(() => env?.[Symbol.asyncDispose]());

const signIn = { login: "anna", password: "tendril-demo" };
const cookieOf = (client: Client): string => `tendril=${client.cookies.get("tendril")}`;
/** A visitor with this cookie and nothing else. */
const replay = (cookie: string) => env.client().get("/", { cookie });
const visitorPage = expect.stringContaining('href="/sign-in"');

async function signedInAs(name: string): Promise<Client> {
  const person = env.client();
  await person.signIn(name);
  return person;
}

describe("a session", () => {
  test("is a cookie that scripts and other sites cannot use", async () => {
    const answer = await env.client().post("/sign-in", signIn);
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^tendril=s%3A[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
  });

  test("under https is a cookie of this very host that never leaves TLS", async () => {
    await using server = await startProduction(env);
    const answer = await env.client().post(`${server.url}/sign-in`, signIn, https);
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie).toMatch(
      /^__Host-tendril=s%3A[^;]+; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(answer.headers.get("strict-transport-security")).toContain("max-age=63072000");
    expect(answer.headers.get("content-security-policy")).toContain("upgrade-insecure-requests");
  });

  test("gets a new id at sign-in, and the one before is worth nothing", async () => {
    const person = await signedInAs("anna");
    const before = cookieOf(person);
    await person.signIn("bruno");
    expect(cookieOf(person)).not.toBe(before);
    expect(await whoIs(person)).toBe("bruno");
    expect((await replay(before)).text).toEqual(visitorPage);
  });

  test.each(["tendril=s%3Achosen.forged", "tendril=chosen", "tendril=", "tendril=%E0%A4%A"])(
    "with the cookie %s that somebody made up is none, and is not taken over at sign-in",
    async (cookie) => {
      const answer = await env.client().get("/", { cookie });
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []]);
      const signed = await env.client().post("/sign-in", signIn, { cookie });
      expect(signed.status).toBe(303);
      expect(signed.headers.getSetCookie()[0]).toMatch(/^tendril=s%3A(?!chosen)/);
    },
  );

  test("ends on the server when its person signs out", async () => {
    const person = await signedInAs("anna");
    const cookie = cookieOf(person);
    const answer = await person.post("/sign-out");
    expect([answer.status, answer.headers.get("clear-site-data")]).toEqual([303, '"cache"']);
    expect(person.cookies.get("tendril")).toBeUndefined();
    const next = await person.get("/");
    expect(next.text).toContain("You are signed out.");
    expect((await replay(cookie)).text).toEqual(visitorPage);
    expect((await person.get("/")).text).not.toContain("You are signed out.");
  });

  test("that ended is not revived by a slower request of the same person", async () => {
    const person = env.client();
    await person.signUp("slow");
    const cookie = cookieOf(person);
    const mail = await env.inbox.waitFor("slow@example.com", /Confirm/);
    const token = tokenOf(linkIn(mail, "/verify-email"));
    await using redis = await watchRedis(env.environment["REDIS_URL"] ?? "");

    // Its session is read when its head has arrived, and would be written when its body has.
    const { readable, writable } = new TransformStream<Uint8Array>();
    const slow = fetch(`${env.url}/verify-email`, {
      method: "POST",
      body: readable,
      duplex: "half",
      headers: { cookie, origin: env.url, "content-type": "application/x-www-form-urlencoded" },
    });
    const body = writable.getWriter();
    await body.write(new TextEncoder().encode("token="));
    await expect.poll(() => redis.count("GETEX")).toBe(1);

    await person.post("/sign-out");
    await body.write(new TextEncoder().encode(token));
    await body.close();
    expect(await (await slow).text()).toContain("Your address is confirmed");
    expect(redis.count("SET session:")).toBe(1);
    expect((await replay(cookie)).text).toEqual(visitorPage);
  });

  test("costs visitors nothing: no cookie, and not one question to Redis", async () => {
    const anna = await signedInAs("anna");
    await env.client().get("/");
    await using redis = await watchRedis(env.environment["REDIS_URL"] ?? "");
    for (const path of ["/", "/sign-up", "/sign-in", "/@anna", "/photos/none", "/health"]) {
      const page = await env.client().get(path);
      expect([path, page.headers.getSetCookie()]).toEqual([path, []]);
    }
    expect(await redis.commands()).toEqual([]);
    // The other side of it: what is watched does show.
    await anna.get("/");
    expect(await redis.commands()).toEqual([expect.stringMatching(/^GETEX session:/)]);
  });
});

describe("while Redis is away", () => {
  test("the gallery shows, people are visitors who keep their cookie, and are back with it", async () => {
    const anna = await signedInAs("anna");
    const cookie = cookieOf(anna);
    await env.stop("redis");
    try {
      const visitor = await env.client().get("/");
      expect(visitor.status).toBe(200);
      expect(visitor.text).not.toContain("Sign-in is away");

      const page = await anna.get("/");
      expect([page.status, page.text]).toEqual([200, visitorPage]);
      expect(page.text).toContain("Sign-in is away for a moment");
      expect(page.headers.getSetCookie()).toEqual([]);

      for (const answer of [
        await anna.get("/upload"),
        await anna.post("/sign-in", signIn),
        await anna.post("/sign-out"),
        await env.client().post("/sign-in", signIn),
      ]) {
        expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "10"]);
        expect(answer.headers.getSetCookie()).toEqual([]);
      }
    } finally {
      await env.resume("redis");
    }
    await expect.poll(() => whoIs(anna), { timeout: 10_000 }).toBe("anna");
    expect(cookieOf(anna)).toBe(cookie);
  });

  test("whoever signs up is told that the account is there, and signs in once it is back", async () => {
    const names = { username: "carla", email: "carla@example.com", password: signIn.password };
    await env.stop("redis");
    const answer = await env.client().post("/sign-up", names);
    await env.resume("redis");
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "10"]);
    expect(answer.text).toContain("Your account is there");
    expect(answer.headers.getSetCookie()).toEqual([]);
    const words = { login: "carla", password: signIn.password };
    await expect
      .poll(async () => (await env.client().post("/sign-in", words)).status, { timeout: 10_000 })
      .toBe(303);
  });

  test("a password is not changed, as sessions under the old one could not be ended", async () => {
    const anna = await signedInAs("anna");
    await env.client().post("/forgot-password", { email: "anna@example.com" });
    const mail = await env.inbox.waitFor("anna@example.com", /Choose a new password/);
    const token = tokenOf(linkIn(mail, "/reset-password"));
    const reset = { token, password: "a garden of its own" };
    await env.stop("redis");
    const refused = await env.client().post("/reset-password", reset);
    await env.resume("redis");
    expect(refused.status).toBe(503);

    await expect
      .poll(async () => (await env.client().post("/sign-in", signIn)).status, { timeout: 10_000 })
      .toBe(303);
    expect((await env.client().post("/reset-password", reset)).status).toBe(303);
    expect(await whoIs(anna)).toBeNull();
  });
});

test("a session that nobody uses ends after a week", async () => {
  const person = await signedInAs("bruno");
  const id = decodeURIComponent(person.cookies.get("tendril") ?? "")
    .slice(2)
    .split(".")[0];
  const redis = createClient({ url: env.environment["REDIS_URL"] ?? "" });
  await redis.connect();
  await redis.expire(`session:${id}`, 60);
  await person.get("/");
  expect(await redis.ttl(`session:${id}`)).toBeGreaterThan(7 * 86_400 - 60);
  redis.destroy();
});
