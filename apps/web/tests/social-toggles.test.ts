import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { prepare, photoRow } from "./_photos.ts";
import { countOn, json, pressed, query, toldBy } from "./_social.ts";

let env: TestEnv;
let anna: Client;
let bruno: Client;
let chiara: Client;
let photo: string;
let photoId: number;

beforeAll(async () => {
  env = await startTestEnv();
  [anna, bruno, chiara] = [env.client(), env.client(), env.client()];
  await Promise.all([anna.signUp("anna"), bruno.signUp("bruno"), chiara.signUp("chiara")]);
  photo = await prepare(anna, { caption: "A gate" });
  photoId = (await photoRow(env, photo)).id;
});
afterAll(() => env?.[Symbol.asyncDispose]());

const photoPage = (viewer: Client, slug = photo) => viewer.get(`/photos/${slug}`);
const location = (answer: { headers: Headers }) => answer.headers.get("location");

describe("liking a photo", () => {
  test("shows on its page, and can be taken back", async () => {
    expect(countOn(await photoPage(bruno), "like")).toBe("No likes yet");
    const liked = await bruno.post(`/photos/${photo}/like`);
    expect([liked.status, location(liked)]).toEqual([303, `/photos/${photo}`]);
    const [his, hers] = [await photoPage(bruno), await photoPage(chiara)];
    expect([countOn(his, "like"), pressed(his, "like")]).toEqual(["1 like", "true"]);
    expect([countOn(hers, "like"), pressed(hers, "like")]).toEqual(["1 like", "false"]);

    const unliked = await bruno.post(`/photos/${photo}/unlike`);
    expect([unliked.status, location(unliked)]).toEqual([303, `/photos/${photo}`]);
    const after = await photoPage(bruno);
    expect([countOn(after, "like"), pressed(after, "like")]).toEqual(["No likes yet", "false"]);
  });

  test("is answered with the numbers when a program asks, and counts a person once", async () => {
    const act = async (who: Client, verb: string) =>
      (await who.post(`/photos/${photo}/${verb}`, {}, json)).json();
    expect(await act(bruno, "like")).toEqual({ liked: true, likes: 1 });
    expect(await act(bruno, "like")).toEqual({ liked: true, likes: 1 });
    expect(await act(chiara, "like")).toEqual({ liked: true, likes: 2 });
    expect(await act(anna, "unlike")).toEqual({ liked: false, likes: 2 });
    expect(await act(bruno, "unlike")).toEqual({ liked: false, likes: 1 });
    expect(await act(bruno, "unlike")).toEqual({ liked: false, likes: 1 });
    expect(await act(chiara, "unlike")).toEqual({ liked: false, likes: 0 });
  });

  test("is told to its photographer the first time only, and never to oneself", async () => {
    const slug = await prepare(anna);
    const { id } = await photoRow(env, slug);
    const told = await toldBy(env, async () => {
      for (const verb of ["like", "like", "unlike", "like", "unlike", "like"])
        await bruno.post(`/photos/${slug}/${verb}`);
      await anna.post(`/photos/${slug}/like`);
    });
    expect(told).toEqual([{ to: "anna", by: "bruno", kind: "like", groupKey: `like:${id}` }]);
    expect(countOn(await photoPage(env.client(), slug), "like")).toBe("2 likes");
  });

  test("many times at once is one like, told once", async () => {
    const slug = await prepare(anna);
    const told = await toldBy(env, async () => {
      // Enough of them that locks which they take in turn would get in each other's way.
      for (const verbs of [["like"], ["unlike", "like"], ["like"]]) {
        const all = Array.from({ length: 24 }, (_, index) =>
          chiara.post(`/photos/${slug}/${verbs[index % verbs.length]}`, {}, json),
        );
        const answers = await Promise.all(all);
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      }
    });
    expect(told.length).toBe(1);
    expect(countOn(await photoPage(chiara, slug), "like")).toBe("1 like");
  });

  test("works for whoever has the link of a photo that is not for everyone", async () => {
    const slug = await prepare(anna, { visibility: "link" });
    expect((await bruno.post(`/photos/${slug}/like`)).status).toBe(303);
    expect(countOn(await photoPage(env.client(), slug), "like")).toBe("1 like");
  });

  test("leads visitors to signing in, and back to the photo", async () => {
    const visitor = env.client();
    const answer = await visitor.post(`/photos/${photo}/like`);
    const signIn = `/sign-in?next=${encodeURIComponent(`/photos/${photo}`)}`;
    expect([answer.status, location(answer)]).toEqual([303, signIn]);
    expect((await visitor.post(`/photos/${photo}/like`, {}, json)).status).toBe(401);
    const page = await photoPage(visitor);
    expect(page.text).toContain(`href="${signIn}"`);
    expect(pressed(page, "like")).toBeUndefined();
  });

  test.each(["like", "unlike"])("that is not there cannot be %sd", async (verb) => {
    const gone = await prepare(anna);
    await anna.post(`/photos/${gone}/delete`);
    for (const slug of [gone, "nothing", "ünïcode", "%00"]) {
      const answer = await bruno.post(`/photos/${encodeURIComponent(slug)}/${verb}`);
      expect([answer.status, answer.text]).toEqual([404, expect.stringContaining("Nothing here")]);
    }
  });

  test("of people who were suspended or deleted does not count", async () => {
    const slug = await prepare(anna);
    for (const person of [bruno, chiara]) await person.post(`/photos/${slug}/like`);
    await query(env, "UPDATE users SET suspended_at = NOW() WHERE username = 'chiara'");
    expect(countOn(await photoPage(env.client(), slug), "like")).toBe("1 like");
    const refused = await chiara.post(`/photos/${photo}/like`);
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining("suspended")]);
    await query(env, "UPDATE users SET suspended_at = NULL WHERE username = 'chiara'");
    expect(countOn(await photoPage(env.client(), slug), "like")).toBe("2 likes");
  });

  test("stands in the database once for a pair, whatever they did", async () => {
    const rows = await query(env, "SELECT * FROM likes WHERE photo_id = ?", [photoId]);
    expect(rows.length).toBe(2);
  });
});

describe("following a person", () => {
  const page = (viewer: Client) => viewer.get("/@anna");

  test("shows on their page, and can be ended", async () => {
    expect(countOn(await page(bruno), "follower")).toBe("No followers yet");
    const followed = await bruno.post("/@anna/follow");
    expect([followed.status, location(followed)]).toEqual([303, "/@anna"]);
    const [his, hers] = [await page(bruno), await page(chiara)];
    expect([countOn(his, "follower"), pressed(his, "follower")]).toEqual(["1 follower", "true"]);
    expect([countOn(hers, "follower"), pressed(hers, "follower")]).toEqual(["1 follower", "false"]);
    await bruno.post("/@anna/unfollow");
    const after = await page(bruno);
    expect([countOn(after, "follower"), pressed(after, "follower")]).toEqual([
      "No followers yet",
      "false",
    ]);
  });

  test("is answered with the numbers when a program asks", async () => {
    const act = async (verb: string) => (await bruno.post(`/@chiara/${verb}`, {}, json)).json();
    expect(await act("follow")).toEqual({ following: true, followers: 1 });
    expect(await act("follow")).toEqual({ following: true, followers: 1 });
    expect(await act("unfollow")).toEqual({ following: false, followers: 0 });
    expect(await act("unfollow")).toEqual({ following: false, followers: 0 });
  });

  test("is told the first time only", async () => {
    const told = await toldBy(env, async () => {
      for (const verb of ["follow", "unfollow", "follow", "follow"])
        await chiara.post(`/@bruno/${verb}`);
    });
    expect(told).toEqual([{ to: "bruno", by: "chiara", kind: "follow", groupKey: "follow" }]);
  });

  test("is not possible with oneself, and not offered", async () => {
    const answer = await anna.post("/@anna/follow");
    expect([answer.status, answer.text]).toEqual([
      422,
      expect.stringContaining("You cannot follow yourself."),
    ]);
    expect(pressed(await page(anna), "follower")).toBeUndefined();
  });

  test("who is not there is not found", async () => {
    for (const name of ["nobody", "ünïcode", "a"])
      for (const verb of ["follow", "unfollow"])
        expect((await bruno.post(`/@${encodeURIComponent(name)}/${verb}`)).status).toBe(404);
  });

  test("leads visitors to signing in, and back to the person", async () => {
    const answer = await env.client().post("/@anna/follow");
    expect([answer.status, location(answer)]).toEqual([303, "/sign-in?next=%2F%40anna"]);
  });

  test("does not show for followers who were suspended", async () => {
    await chiara.post("/@anna/follow");
    expect(countOn(await page(bruno), "follower")).toBe("1 follower");
    await query(env, "UPDATE users SET suspended_at = NOW() WHERE username = 'chiara'");
    expect(countOn(await page(bruno), "follower")).toBe("No followers yet");
    await query(env, "UPDATE users SET suspended_at = NULL WHERE username = 'chiara'");
  });
});

test("forms of other sites are refused", async () => {
  const headers = { "sec-fetch-site": "cross-site", origin: "https://elsewhere.example" };
  for (const path of [`/photos/${photo}/like`, "/@anna/follow", `/photos/${photo}/comments`])
    expect((await bruno.post(path, {}, headers)).status).toBe(403);
});
