import {
  connectDatabase,
  findPreferences,
  findUserById,
  findUserByUsername,
  notificationKinds,
  readDatabaseConfig,
  setPreference,
  type DatabaseConnection,
  type Digest,
  type NotificationKind,
} from "@tendril/database";
import { startTestEnv, type ClientPage, type TestEnv } from "@tendril/dev-env";
import { isWanted, unsubscribeToken, type UnsubscribeScope } from "@tendril/notifications";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { addressOf, verifyLink } from "./_mails.ts";
import { tokenOf } from "./_people.ts";

let env: TestEnv;
let db: DatabaseConnection;
let secrets: string[];
let people = 0;

beforeAll(async () => {
  env = await startTestEnv({ tiers: ["web"] });
  db = connectDatabase(readDatabaseConfig(env.environment));
  secrets = (env.environment["TOKEN_SECRETS"] ?? "").split(",");
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});

/** Somebody who gets weekly digests and every kind of mail. */
async function reader(digest: Digest = "weekly"): Promise<number> {
  const username = `reader${++people}`;
  const user = await db.tables.users.create({
    username,
    email: `${username}@example.com`,
    passwordHash: "none",
    displayName: username,
    digest,
    digestDueAt: new Date("2030-01-07T08:00:00Z"),
  });
  const { id } = user.get({ plain: true });
  await setPreference(db, id, "like", "mail", true);
  return id;
}

const tokenFor = (userId: number, scope: UnsubscribeScope) =>
  unsubscribeToken(secrets, { userId, scope });
const pathFor = (userId: number, scope: UnsubscribeScope) =>
  `/unsubscribe?token=${tokenFor(userId, scope)}`;

/** What the person gets by mail. */
async function gets(userId: number): Promise<string[]> {
  const preferences = await findPreferences(db, userId);
  const user = await findUserById(db, userId);
  const kinds = notificationKinds.filter((kind) => isWanted(preferences, kind, "mail"));
  return user?.digest === "off" ? kinds : [...kinds, user?.digest ?? ""];
}
const everything = [...notificationKinds, "weekly"];
const allBut = (...kinds: string[]) => everything.filter((kind) => !kinds.includes(kind));

/** The fields of the page's form that has a button with that text. */
function fieldsOf({ text }: ClientPage, button: string): Record<string, string> {
  const form = text.split("<form").find((part) => part.includes(`>${button}</button>`)) ?? "";
  const fields = form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g);
  return Object.fromEntries([...fields].map(([, name = "", value = ""]) => [name, value]));
}

type Body = URLSearchParams | FormData | string;

/** As a mail provider does it: from its own servers, with nothing but the address and the word of RFC 8058. */
const oneClick = (path: string, headers: Record<string, string> = {}, body?: Body) =>
  fetch(env.url + path, {
    method: "POST",
    redirect: "manual",
    headers,
    body: body ?? new URLSearchParams({ "List-Unsubscribe": "One-Click" }),
  });

describe("the link from a mail", () => {
  test("asks, and changes nothing until the button is pressed", async () => {
    const id = await reader();
    const page = await env.client().get(pathFor(id, "comment"));
    expect(page.status).toBe(200);
    expect(page.text).toContain("mails about comments on your photos");
    expect(page.text).toContain('<meta name="robots" content="noindex">');
    expect(page.headers.get("x-robots-tag")).toBe("noindex");
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.getSetCookie()).toEqual([]);
    expect(await gets(id)).toEqual(everything);
    expect((await fetch(env.url + pathFor(id, "comment"), { method: "HEAD" })).status).toBe(200);
    expect(await gets(id)).toEqual(everything);
  });

  test.each<[UnsubscribeScope, string[]]>([
    ...notificationKinds.map((kind): [NotificationKind, string[]] => [kind, allBut(kind)]),
    ["digest", allBut("weekly")],
    ["all", []],
  ])("stops %s by its button, and that can be undone", async (scope, left) => {
    const id = await reader();
    const visitor = env.client();
    const button = scope === "all" ? "Stop all of them" : "Stop these";
    const fields = fieldsOf(await visitor.get(pathFor(id, scope)), button);
    const stopped = await visitor.post("/unsubscribe", fields);
    expect([stopped.status, stopped.text]).toEqual([200, expect.stringContaining("unsubscribed")]);
    expect(await gets(id)).toEqual(left);

    const again = await visitor.post("/unsubscribe", fieldsOf(stopped, "Undo: send them again"));
    expect([again.status, again.text]).toEqual([
      200,
      expect.stringContaining("You get them again"),
    ]);
    expect(await gets(id)).toEqual(everything);
  });

  test("stops all else, too, when that is asked", async () => {
    const id = await reader("daily");
    const visitor = env.client();
    const page = await visitor.get(pathFor(id, "follow"));
    const stopped = await visitor.post(
      "/unsubscribe",
      fieldsOf(page, "Stop all mails, not these alone"),
    );
    expect(await gets(id)).toEqual([]);
    expect((await findUserById(db, id))?.digestDueAt).toBeNull();
    // Undoing it brings back what was, and nothing more.
    await visitor.post("/unsubscribe", fieldsOf(stopped, "Undo: send them again"));
    expect(await gets(id)).toEqual([...notificationKinds, "daily"]);
    expect((await findUserById(db, id))?.digestDueAt?.getTime()).toBeGreaterThan(Date.now());
  });

  test("undoing does not turn on what was off before", async () => {
    const id = await reader("off");
    await setPreference(db, id, "photos", "mail", false);
    const before = await gets(id);
    const visitor = env.client();
    const fields = fieldsOf(await visitor.get(pathFor(id, "all")), "Stop all of them");
    const stopped = await visitor.post("/unsubscribe", fields);
    await visitor.post("/unsubscribe", fieldsOf(stopped, "Undo: send them again"));
    expect(await gets(id)).toEqual(before);
  });

  test("works again and again, and always offers to undo it", async () => {
    const id = await reader();
    for (const _ of [1, 2, 3]) {
      const answer = await oneClick(pathFor(id, "like"));
      expect([answer.status, await answer.text()]).toEqual([
        200,
        expect.stringContaining("Undo: send them again"),
      ]);
      expect(await gets(id)).toEqual(allBut("like"));
    }
    const page = await env.client().get(pathFor(id, "like"));
    expect(page.text).toContain("You are unsubscribed");
    await env.client().post("/unsubscribe", fieldsOf(page, "Undo: send them again"));
    expect(await gets(id)).toEqual(everything);
  });

  test("is friendly when the account is gone", async () => {
    const id = await reader();
    await db.sequelize.query("UPDATE users SET deleted_at = NOW(3) WHERE id = :id", {
      replacements: { id },
    });
    for (const userId of [id, 999_999]) {
      const page = await env.client().get(pathFor(userId, "all"));
      expect([page.status, page.text]).toEqual([200, expect.stringContaining("nothing to stop")]);
      const answer = await oneClick(pathFor(userId, "all"));
      expect([answer.status, await answer.text()]).toEqual([
        200,
        expect.stringContaining("nothing to stop"),
      ]);
    }
  });

  test("leaves pushes, and other people, alone", async () => {
    const [id, other] = [await reader(), await reader()];
    await oneClick(pathFor(id, "all"));
    const preferences = await findPreferences(db, id);
    expect(preferences.filter(({ channel }) => channel !== "mail")).toEqual([]);
    expect(await gets(other)).toEqual(everything);
  });
});

describe("one click in a mail program", () => {
  test("uses the address in a mail's own header", async () => {
    await env.worker.start();
    await env.client().signUp("header");
    const token = tokenOf(await verifyLink(env, "header"));
    await env.client().post("/verify-email", { token });
    const { headers } = await env.inbox.waitFor(addressOf("header"), /Welcome/);
    expect(headers["list-unsubscribe-post"]).toBe("List-Unsubscribe=One-Click");
    const [, address = ""] = /^<(.*)>$/.exec(headers["list-unsubscribe"] ?? "") ?? [];
    const answer = await oneClick(address.replace(env.url, ""));
    expect(answer.status).toBe(200);
    const user = await findUserByUsername(db, "header");
    expect(await gets(user?.id ?? 0)).toEqual([]);
  });

  test.each<[string, Record<string, string>]>([
    ["no header at all", {}],
    ["Origin hidden", { origin: "null" }],
    ["another site's Origin", { origin: "https://mail.example" }],
    ["a browser's word that it comes from elsewhere", { "sec-fetch-site": "cross-site" }],
    ["a cookie that is worth nothing", { cookie: "tendril=s%3Anothing.nothing" }],
    ["a wish for JSON", { accept: "application/json" }],
  ])("is taken with %s", async (_, headers) => {
    const id = await reader();
    const answer = await oneClick(pathFor(id, "photos"), headers);
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await gets(id)).toEqual(allBut("photos"));
  });

  test.each<[string, () => Body]>([
    [
      "multipart/form-data, which RFC 8058 prefers",
      () => {
        const form = new FormData();
        form.append("List-Unsubscribe", "One-Click");
        return form;
      },
    ],
    ["nothing", () => ""],
    ["something else", () => new URLSearchParams({ "List-Unsubscribe": "maybe", again: "" })],
  ])("with a body of %s", async (what, body) => {
    const id = await reader();
    const answer = await oneClick(pathFor(id, "digest"), {}, body());
    // An empty list of mails to send again is not a wish that anybody can have.
    expect(answer.status).toBe(what === "something else" ? 400 : 200);
    expect(await gets(id)).toEqual(what === "something else" ? everything : allBut("weekly"));
  });

  test("while Redis is away", async () => {
    const id = await reader();
    await env.stop("redis");
    try {
      expect((await oneClick(pathFor(id, "all"), { cookie: "tendril=s%3Aa.b" })).status).toBe(200);
    } finally {
      await env.resume("redis");
    }
    expect(await gets(id)).toEqual([]);
  });

  test("no other form is taken from another site", async () => {
    for (const path of ["/unsubscribe/", "/unsubscribe/../sign-in", "/sign-in", "/UNSUBSCRIBE"]) {
      const answer = await oneClick(path, { origin: "https://mail.example" });
      expect([path, answer.status]).toEqual([path, 403]);
    }
  });
});

test("nothing but mails can be switched on", async () => {
  const id = await reader();
  const answer = await env
    .client()
    .post("/unsubscribe", { token: tokenFor(id, "all"), again: "comment,password" });
  expect(answer.status).toBe(400);
  expect(await gets(id)).toEqual(everything);
});
