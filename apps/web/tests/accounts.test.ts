import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { connectDatabase, findUserByLogin, readDatabaseConfig } from "@tendril/database";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { fieldError, fieldValue, formError, whoIs } from "./_people.ts";

let env: TestEnv;
let anna: Client;

beforeAll(async () => {
  env = await startTestEnv({ tiers: ["web"] });
  anna = env.client();
  await anna.signUp("anna");
});
afterAll(() => env?.[Symbol.asyncDispose]());

const newcomer = { username: "zoe", email: "zoe@example.com", password: "clouds over the fen" };

describe("signing up", () => {
  test.each([
    ["username", { username: "ab" }, /3 to 30 letters/],
    ["username", { username: "zoë" }, /3 to 30 letters/],
    ["username", { username: "" }, /3 to 30 letters/],
    ["email", { email: "zoe at home" }, /does not look like an e-mail address/],
    ["email", { email: `${"z".repeat(250)}@example.com` }, /up to 254 characters/],
    ["password", { password: "short" }, /at least 8 characters/],
    ["password", { password: "x".repeat(257) }, /up to 256 characters/],
    ["password", { password: "password1" }, /every list of common ones/],
    ["password", { username: "long-enough", password: "Long-Enough" }, /must not be the user name/],
    ["password", { password: "ZOE@example.com" }, /must not be the e-mail address/],
    ["username", { username: "ANNA" }, /taken/],
    ["email", { email: "Anna@Example.com" }, /an account with this address already/],
  ])("says what is wrong with the %s %j", async (field, change, message) => {
    const visitor = env.client();
    const sent = { ...newcomer, ...change };
    const page = await visitor.post("/sign-up", sent);
    expect(page.status).toBe(422);
    expect(fieldError(page, field)).toMatch(message);
    expect(fieldValue(page, "username")).toBe(sent.username);
    expect(fieldValue(page, "email")).toBe(sent.email);
    expect(fieldValue(page, "password")).toBe("");
    expect(await whoIs(visitor)).toBeNull();
  });

  test("says so of each field when all of them are missing", async () => {
    const page = await env.client().post("/sign-up");
    expect(page.status).toBe(422);
    for (const field of ["username", "email", "password"])
      expect(fieldError(page, field)).toMatch(/^(Use|This) /);
  });

  test("shows what was typed as text, never as markup", async () => {
    const page = await env.client().post("/sign-up", { ...newcomer, username: '"><script>x' });
    expect(page.text).not.toContain("<script>x");
  });

  test.each([
    ["of 64 characters", "long1", "0123456789abcdef".repeat(4)],
    ["of 256 characters", "long2", "correct horse ".repeat(18) + "batt"],
    ["in any script, with emoji and spaces", "script", " пароль 長い 🌿\u0000e\u0301 "],
  ])("takes a password %s, and keeps it as an argon2id hash alone", async (_, name, password) => {
    const person = env.client();
    const answer = await person.post("/sign-up", {
      username: name,
      email: `${name}@example.com`,
      password,
    });
    expect(answer.status).toBe(303);
    expect(await whoIs(person)).toBe(name);

    await using db = connectDatabase(readDatabaseConfig(env.environment));
    const row = await findUserByLogin(db, name);
    expect(row?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(JSON.stringify(row)).not.toContain(password);

    const again = env.client();
    expect((await again.post("/sign-in", { login: name, password })).status).toBe(303);
    const cut = password.slice(0, -1);
    expect((await again.post("/sign-in", { login: name, password: cut })).status).toBe(422);
  });

  test("of the same name twice at once makes one account", async () => {
    const twins = [env.client(), env.client()];
    const answers = await Promise.all(
      twins.map((twin, index) =>
        twin.post("/sign-up", {
          ...newcomer,
          username: "twin",
          email: `twin${index}@example.com`,
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422]);
  });
});

test("a newcomer who came to do something is led on to it", async () => {
  const visitor = env.client();
  const asked = await visitor.get("/upload");
  const signIn = await visitor.get(asked.headers.get("location") ?? "");
  const [, signUp = ""] = /New here\? <a href="([^"]+)"/.exec(signIn.text) ?? [];
  const page = await visitor.get(signUp);
  expect(fieldValue(page, "next")).toBe("/upload");
  expect(page.text).toContain('<a href="/sign-in?next=%2Fupload">');
  const person = { ...newcomer, username: "guided", email: "guided@example.com" };
  const wrong = await visitor.post("/sign-up", { ...person, next: "/upload", password: "short" });
  expect(fieldValue(wrong, "next")).toBe("/upload");
  const answer = await visitor.post("/sign-up", { ...person, next: "/upload" });
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/upload"]);
  const astray = { username: "astray", email: "astray@example.com", next: "//evil.example/" };
  const other = await env.client().post("/sign-up", { ...newcomer, ...astray });
  expect(other.headers.get("location")).toBe("/");
});

describe("signing in", () => {
  const password = "tendril-demo";

  test.each(["anna", " Anna ", "anna@example.com", "ANNA@example.com"])(
    "works with the name %j",
    async (login) => {
      const person = env.client();
      const answer = await person.post("/sign-in", { login, password });
      expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
      expect(await whoIs(person)).toBe("anna");
    },
  );

  test.each(["anna", "nobody", "jürgen", "🌿", "anna@example.org", "' OR 1=1 --", ""])(
    "with a wrong password says the same words for %j, and tells not who exists",
    async (login) => {
      const page = await env.client().post("/sign-in", { login, password: "not this one" });
      expect(page.status).toBe(422);
      expect(formError(page)).toBe("The name or the password is not right.");
      expect(fieldValue(page, "login")).toBe(login.replaceAll("'", "&#39;"));
      expect(page.headers.getSetCookie()).toEqual([]);
    },
  );

  test.each([
    ["/upload", "/upload"],
    ["/photos/abc?x=1#top", "/photos/abc?x=1"],
    ["https://evil.example/", "/"],
    ["//evil.example/", "/"],
    ["/\\evil.example/", "/"],
    ["/\t/evil.example/", "/"],
    ["/./\\evil.example", "/"],
    ["/..//evil.example", "/"],
    ["javascript:alert(1)", "/"],
    ["", "/"],
  ])("with next=%j leads to %s", async (next, location) => {
    const answer = await env.client().post("/sign-in", { login: "anna", password, next });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, location]);
  });

  test("leads back to the page that asked for it", async () => {
    const visitor = env.client();
    const asked = await visitor.get("/upload?form=abcdefgh");
    expect(asked.status).toBe(303);
    const page = await visitor.get(asked.headers.get("location") ?? "");
    expect(fieldValue(page, "next")).toBe("/upload?form=abcdefgh");
  });

  test("is refused for a while after ten wrong passwords, the right one included", async () => {
    await env.client().signUp("guessed");
    const guess = (word: string) =>
      env.client().post("/sign-in", { login: "guessed", password: word });
    for (let count = 1; count <= 10; count++) expect((await guess("wrong")).status).toBe(422);

    const refused = await guess(password);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(900);
    expect(refused.text).toContain("Too many wrong passwords");
    expect((await env.client().post("/sign-in", { login: "anna", password })).status).toBe(303);
  });

  test("forgets the wrong passwords before a right one", async () => {
    await env.client().signUp("clumsy");
    const attempt = (word: string) =>
      env.client().post("/sign-in", { login: "clumsy", password: word });
    for (let count = 1; count <= 9; count++) await attempt("wrong");
    expect((await attempt(password)).status).toBe(303);
    expect((await attempt("wrong")).status).toBe(422);
    expect((await attempt(password)).status).toBe(303);
  });
});
