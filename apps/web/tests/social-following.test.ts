import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { olderHref, photoRow, prepare, slugsOn } from "./_photos.ts";
import { query } from "./_social.ts";

let env: TestEnv;
let reader: Client;
const people = new Map<string, Client>();
/** Public photos of those who are followed, newest first. */
const photos: string[] = [];

const person = (name: string) => people.get(name) ?? env.client();

beforeAll(async () => {
  env = await startTestEnv({ environment: { GALLERY_PAGE_SIZE: "3" } });
  reader = env.client();
  await reader.signUp("reader");
  for (const name of ["anna", "bruno", "chiara", "dag", "emil"]) {
    const client = env.client();
    await client.signUp(name);
    people.set(name, client);
  }
  for (const name of ["anna", "anna", "bruno", "chiara", "anna", "dag", "chiara", "bruno"])
    photos.unshift(await prepare(person(name)));
  await prepare(person("emil"));
  await prepare(person("anna"), { visibility: "link" });
  for (const name of ["anna", "bruno", "chiara", "dag"]) await reader.post(`/@${name}/follow`);
});
afterAll(() => env?.[Symbol.asyncDispose]());

async function walk(client: Client): Promise<string[][]> {
  const pages: string[][] = [];
  for (let href: string | undefined = "/following"; href !== undefined;) {
    const page = await client.get(href);
    expect(page.status).toBe(200);
    pages.push(slugsOn(page));
    href = olderHref(page);
  }
  return pages;
}

describe("the photos of people one follows", () => {
  test("are shown on pages, each once, newest first, and no others", async () => {
    expect(await walk(reader)).toEqual([photos.slice(0, 3), photos.slice(3, 6), photos.slice(6)]);
    const page = await reader.get("/following");
    expect(page.text).toContain("4 people, newest photos first");
    expect(page.headers.get("server-timing")).toBe('gallery;desc="database"');
  });

  test("keep their order when several were published in the same moment", async () => {
    const dates = await query(env, "SELECT id, published_at FROM photos");
    await query(env, "UPDATE photos SET published_at = '2026-01-01 12:00:00.000'");
    const byId: string[] = [];
    const rows = await Promise.all(photos.map((slug) => photoRow(env, slug)));
    for (const row of rows.toSorted((a, b) => b.id - a.id)) byId.push(row.slug);
    expect((await walk(reader)).flat()).toEqual(byId);
    for (const { id, published_at } of dates)
      await query(env, "UPDATE photos SET published_at = ? WHERE id = ?", [published_at, id]);
  });

  test("leave when one does not follow any more, and come back", async () => {
    await reader.post("/@bruno/unfollow");
    const without = (await walk(reader)).flat();
    expect(without.length).toBe(6);
    await reader.post("/@bruno/follow");
    expect((await walk(reader)).flat()).toEqual(photos);
  });

  test("are not shown of people who were suspended", async () => {
    await query(env, "UPDATE users SET suspended_at = NOW() WHERE username = 'anna'");
    expect((await walk(reader)).flat().length).toBe(5);
    await query(env, "UPDATE users SET suspended_at = NULL WHERE username = 'anna'");
    expect((await walk(reader)).flat()).toEqual(photos);
  });

  test("lead from older ones back to the newest", async () => {
    const older = await reader.get(olderHref(await reader.get("/following")) ?? "");
    expect(older.text).toContain('<a href="/following">Back to the newest</a>');
  });
});

test("one can follow 2,000 people, and is told why no more", async () => {
  const [newcomer, name] = [env.client(), "collector"];
  await newcomer.signUp(name);
  await query(
    env,
    `INSERT INTO users (username, email, password_hash, display_name, created_at)
      SELECT CONCAT('many-', seq), CONCAT('many-', seq), '', '', NOW() FROM seq_1_to_2000`,
  );
  await query(
    env,
    `INSERT INTO follows (follower_id, followee_id, created_at)
      SELECT me.id, u.id, NOW() FROM users me JOIN users u ON u.username LIKE 'many-%' WHERE me.username = ?`,
    [name],
  );
  const refused = await newcomer.post("/@anna/follow");
  expect([refused.status, refused.text]).toEqual([
    409,
    expect.stringContaining("You follow 2,000 people, which is the most there can be."),
  ]);
  await newcomer.post("/@many-7/unfollow");
  expect((await newcomer.post("/@anna/follow")).status).toBe(303);
  const page = await newcomer.get("/following");
  expect(slugsOn(page).length).toBe(3);
  expect(page.text).toContain("2,000 people");
});

describe("the page of people one follows", () => {
  test("says what to do when there are none", async () => {
    const page = await person("emil").get("/following");
    expect(page.status).toBe(200);
    expect(page.text).toContain("You do not follow anybody yet");
    expect(page.text).toContain("press Follow");
  });

  test("says so when they have shown nothing", async () => {
    const newcomer = env.client();
    await newcomer.signUp("newcomer");
    await newcomer.post("/@reader/follow");
    const { text } = await newcomer.get("/following");
    expect(text).toContain("The person you follow has not shown any photos.");
  });

  test("is for people who are signed in, and comes after signing in", async () => {
    const visitor = env.client();
    const answer = await visitor.get("/following?before=MTIuMw");
    expect([answer.status, answer.headers.get("location")]).toEqual([
      303,
      "/sign-in?next=%2Ffollowing%3Fbefore%3DMTIuMw",
    ]);
    expect((await visitor.get("/following", { accept: "application/json" })).status).toBe(401);
    expect((await visitor.get("/")).text).not.toContain("/following");
    expect((await reader.get("/")).text).toContain('href="/following"');
  });

  test.each(["nonsense", "", "MTIuMw=="])(
    "refuses an address that was tampered with: %j",
    async (before) => {
      expect((await reader.get(`/following?before=${before}`)).status).toBe(400);
    },
  );
});
