import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

import { prepare, photoRow } from "./_photos.ts";
import { commentsOn, countOn, json, newForm, query, say, toldBy, write } from "./_social.ts";

let env: TestEnv;
let anna: Client;
let bruno: Client;
let chiara: Client;

beforeAll(async () => {
  env = await startTestEnv();
  [anna, bruno, chiara] = [env.client(), env.client(), env.client()];
  await Promise.all([anna.signUp("anna"), bruno.signUp("bruno"), chiara.signUp("chiara")]);
});
afterAll(() => env?.[Symbol.asyncDispose]());

const pageOf = (slug: string, viewer: Client = env.client()) => viewer.get(`/photos/${slug}`);
const bodies = async (slug: string) => commentsOn(await pageOf(slug));

describe("a comment", () => {
  test("is shown to everybody below the photo, in the order of writing", async () => {
    const slug = await prepare(anna);
    expect(countOn(await pageOf(slug), "comment")).toBe("No comments yet");
    const answer = await say(bruno, slug, "  Lovely light.  ");
    expect(answer.status).toBe(303);
    const href = answer.headers.get("location") ?? "";
    expect(href).toMatch(new RegExp(`^/photos/${slug}#comment-\\d+$`));
    await write(chiara, slug, "Is it?");
    const page = await pageOf(slug);
    expect(commentsOn(page)).toEqual(["Lovely light.", "Is it?"]);
    expect(countOn(page, "comment")).toBe("2 comments");
    expect(page.text).toContain(`id="${href.split("#")[1]}"`);
  });

  test("comes back as JSON and as markup when a program asks", async () => {
    const slug = await prepare(anna);
    const answer = await say(bruno, slug, "Hello @anna", json);
    expect(answer.status).toBe(201);
    const read = z.object({ id: z.int(), html: z.string() }).loose().parse(answer.json());
    expect(read).toMatchObject({
      href: `/photos/${slug}#comment-${read.id}`,
      by: { username: "bruno", displayName: "bruno", href: "/@bruno" },
      body: "Hello @anna",
      at: { text: "just now" },
      comments: 1,
    });
    expect(commentsOn({ text: read.html })).toEqual(['Hello <a href="/@anna">@anna</a>']);
  });

  test("is text with line breaks, never markup, and its addresses are no links", async () => {
    const slug = await prepare(anna);
    await write(
      bruno,
      slug,
      "<b>one</b>\r\n\r\n\r\n\r\ntwo & \u0007three\u2028 https://example.com ",
    );
    expect(await bodies(slug)).toEqual([
      "&lt;b&gt;one&lt;/b&gt;\n\ntwo &amp; three\u2028 https://example.com",
    ]);
  });

  test("of 2,000 characters is taken, in any script; of more it is not, and the words are kept", async () => {
    const slug = await prepare(anna);
    const longest = "🌿".repeat(2_000);
    await write(bruno, slug, longest);
    expect(await bodies(slug)).toEqual([longest]);
    const refused = await say(bruno, slug, `${longest}!`);
    expect([refused.status, refused.text]).toEqual([
      422,
      expect.stringContaining("A comment can have up to 2,000 characters."),
    ]);
    expect(refused.text).toContain(`>${longest}!</textarea>`);
    expect((await bodies(slug)).length).toBe(1);
  });

  test.each(["", "   ", "\r\n\r\n", "\u200B\u200D", "\u0000"])(
    "that shows nothing is refused: %j",
    async (body) => {
      const slug = await prepare(anna);
      const refused = await say(bruno, slug, body);
      expect([refused.status, refused.text]).toEqual([
        422,
        expect.stringContaining("Write something first."),
      ]);
      const asked = await say(bruno, slug, body, json);
      expect([asked.status, asked.json()]).toMatchObject([
        422,
        { error: { code: "invalid-input", message: "Write something first." } },
      ]);
      expect(await bodies(slug)).toEqual([]);
    },
  );

  test("by the same form twice is one, and told once; other words in it are another", async () => {
    const slug = await prepare(anna);
    const form_token = newForm();
    const send = (body: string) =>
      bruno.post(`/photos/${slug}/comments`, { form_token, body }, json);
    const told = await toldBy(env, async () => {
      const answers = await Promise.all(Array.from({ length: 12 }, () => send("Once")));
      expect(answers.filter(({ status }) => status === 201).length).toBe(1);
      expect(answers.filter(({ status }) => status === 200).length).toBe(11);
      const id = z.object({ id: z.int() });
      expect(new Set(answers.map((answer) => id.parse(answer.json()).id)).size).toBe(1);
      expect((await send("Something else")).status).toBe(201);
    });
    expect(await bodies(slug)).toEqual(["Once", "Something else"]);
    expect(told.length).toBe(2);
  });

  test.each([undefined, "", "short", "with space"])(
    "by a form without its token is refused: %j",
    async (token) => {
      const slug = await prepare(anna);
      const fields = { body: "Hello", ...(token !== undefined && { form_token: token }) };
      expect((await bruno.post(`/photos/${slug}/comments`, fields)).status).toBe(400);
      expect(await bodies(slug)).toEqual([]);
    },
  );

  test("can be written by whoever has the link, and is not by who has none", async () => {
    const slug = await prepare(anna, { visibility: "link" });
    await write(bruno, slug, "Thank you for the link");
    expect(await bodies(slug)).toEqual(["Thank you for the link"]);
    await anna.post(`/photos/${slug}/delete`);
    expect((await say(bruno, slug, "Still there?")).status).toBe(404);
    expect((await say(bruno, "nothing", "")).status).toBe(404);
    expect((await pageOf(`${slug}/comments`)).status).toBe(404);
  });

  test("needs signing in, which leads back to the photo", async () => {
    const slug = await prepare(anna);
    const visitor = env.client();
    const answer = await say(visitor, slug, "Hello");
    const signIn = `/sign-in?next=${encodeURIComponent(`/photos/${slug}`)}`;
    expect([answer.status, answer.headers.get("location")]).toEqual([303, signIn]);
    expect((await say(visitor, slug, "Hello", json)).status).toBe(401);
    expect((await pageOf(slug, visitor)).text).not.toContain("<textarea");
  });

  test("of a person who was suspended does not show, and they cannot write more", async () => {
    const slug = await prepare(anna);
    await write(chiara, slug, "By Chiara");
    await write(bruno, slug, "By Bruno");
    await query(env, "UPDATE users SET suspended_at = NOW() WHERE username = 'chiara'");
    const page = await pageOf(slug);
    expect([commentsOn(page), countOn(page, "comment")]).toEqual([["By Bruno"], "1 comment"]);
    expect((await say(chiara, slug, "More")).status).toBe(403);
    await query(env, "UPDATE users SET suspended_at = NULL WHERE username = 'chiara'");
    expect(await bodies(slug)).toEqual(["By Chiara", "By Bruno"]);
  });
});

describe("mentions", () => {
  test("lead to people who are there, and to nobody else", async () => {
    const slug = await prepare(anna);
    await write(bruno, slug, "@Anna, @nobody, bruno@chiara.example (@chiara)");
    expect(await bodies(slug)).toEqual([
      '<a href="/@anna">@Anna</a>, @nobody, bruno@chiara.example (<a href="/@chiara">@chiara</a>)',
    ]);
  });

  test("are told; the photographer hears of the comment, nobody of their own", async () => {
    const slug = await prepare(anna);
    const { id } = await photoRow(env, slug);
    const comment = { kind: "comment", groupKey: `comment:${id}` };
    const mention = { kind: "mention", groupKey: `mention:${id}` };
    const told = await toldBy(env, () =>
      write(bruno, slug, "@bruno @anna @chiara @CHIARA @nobody"),
    );
    expect(told).toEqual([
      { to: "anna", by: "bruno", ...comment },
      { to: "chiara", by: "bruno", ...mention },
    ]);
    const byOwner = await toldBy(env, () => write(anna, slug, "@anna says hello to @bruno"));
    expect(byOwner).toEqual([{ to: "bruno", by: "anna", ...mention }]);
  });

  test("count up to ten in a comment", async () => {
    const crowd = Array.from({ length: 12 }, (_, index) => `crowd-${index}`);
    await Promise.all(crowd.map((name) => env.client().signUp(name)));
    const slug = await prepare(anna);
    const told = await toldBy(env, () =>
      write(anna, slug, crowd.map((name) => `@${name}`).join(" ")),
    );
    expect(told.map(({ to }) => to).toSorted()).toEqual(crowd.slice(0, 10).toSorted());
    expect((await bodies(slug))[0]?.split("<a ").length).toBe(11);
  });
});

describe("deleting a comment", () => {
  const remove = (person: Client, id: number | string, headers = {}) =>
    person.post(`/comments/${id}/delete`, {}, headers);

  test("is for its author and for the photographer, and offered to them alone", async () => {
    const slug = await prepare(anna);
    const [byBruno, byChiara] = [
      await write(bruno, slug, "By Bruno"),
      await write(chiara, slug, "By Chiara"),
    ];
    const offered = async (viewer: Client) =>
      [...(await pageOf(slug, viewer)).text.matchAll(/"\/comments\/(\d+)\/delete"/g)].map(
        ([, id]) => Number(id),
      );
    expect(await offered(anna)).toEqual([byBruno, byChiara]);
    expect(await offered(bruno)).toEqual([byBruno]);
    expect(await offered(env.client())).toEqual([]);

    expect((await remove(bruno, byChiara)).status).toBe(403);
    expect((await remove(bruno, byChiara, json)).status).toBe(403);
    expect(await bodies(slug)).toEqual(["By Bruno", "By Chiara"]);

    const own = await remove(bruno, byBruno);
    expect([own.status, own.headers.get("location")]).toEqual([303, `/photos/${slug}#comments`]);
    const foreign = await remove(anna, byChiara, json);
    expect(foreign.json()).toEqual({ id: byChiara, deleted: true, comments: 0 });
    expect((await remove(anna, byChiara)).status).toBe(303);
    expect(await bodies(slug)).toEqual([]);
  });

  test("that is not there is not found, and visitors are led to signing in", async () => {
    for (const id of ["999999", "0", "-1", "1.5", "abc", "99999999999999999999"])
      expect((await remove(bruno, id)).status).toBe(404);
    expect((await remove(env.client(), 1)).headers.get("location")).toBe("/sign-in");
  });

  test("for good: the form that it came by does not bring it back", async () => {
    const slug = await prepare(anna);
    const words = { form_token: newForm(), body: "Gone" };
    const { id } = z
      .object({ id: z.int() })
      .parse((await bruno.post(`/photos/${slug}/comments`, words, json)).json());
    await remove(bruno, id);
    expect((await bruno.post(`/photos/${slug}/comments`, words)).status).toBe(409);
    expect(await bodies(slug)).toEqual([]);
  });
});

describe("many comments", () => {
  test("are shown fifty at a time, the newest on the photo's page, the others behind links", async () => {
    const slug = await prepare(anna);
    for (let count = 1; count <= 120; count++)
      await write(count % 2 ? bruno : anna, slug, `No ${count}`);
    const earlier = ({ text }: { text: string }) =>
      /href="([^"]+)">Earlier comments/.exec(text)?.[1] ?? "";
    const numbers = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, index) => `No ${from + index}`);

    const newest = await pageOf(slug);
    expect(commentsOn(newest)).toEqual(numbers(71, 120));
    expect(countOn(newest, "comment")).toBe("120 comments");
    const middle = await bruno.get(earlier(newest));
    expect(commentsOn(middle)).toEqual(numbers(21, 70));
    expect(middle.text).toContain(`href="/photos/${slug}#comments">Newest comments`);
    const first = await bruno.get(earlier(middle));
    expect([commentsOn(first), earlier(first)]).toEqual([numbers(1, 20), ""]);
    expect(countOn(first, "comment")).toBe("120 comments");

    // Without JavaScript a person who deletes there goes on reading there.
    const [, action = ""] = /action="(\/comments\/[^"]+)"/.exec(first.text) ?? [];
    const deleted = await bruno.post(action);
    expect([deleted.status, deleted.headers.get("location")]).toEqual([
      303,
      `${earlier(middle)}#comments`,
    ]);
    expect(commentsOn(await bruno.get(earlier(middle)))).toEqual(numbers(2, 20));

    for (const before of ["0", "x", "-1", "1e3"])
      expect((await bruno.get(`/photos/${slug}/comments?before=${before}`)).status).toBe(400);
  });
});
