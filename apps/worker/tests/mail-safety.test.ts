import type { UserRow } from "@tendril/database";
import { readUnsubscribeToken } from "@tendril/notifications";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openLetters, type Letters } from "./_letters.ts";

let letters: Letters;
let worker: AsyncDisposable;
let reader: UserRow;
let hostile: UserRow;
let mails: Awaited<ReturnType<typeof hostileMails>>;

const nasty = `<script>alert("1")</script>'"--><img src=x onerror=alert(2)>\r\nBcc: all@evil.example\r\n\r\nhttps://evil.example \u202e`;

beforeAll(async () => {
  letters = await openLetters();
  worker = await letters.worker();
  reader = await letters.person("Rita");
  hostile = await letters.person("Nasty", {
    displayName: nasty.slice(0, 60),
    username: "nasty",
    email: "nasty@example.com",
    wantedEmail: "nasty@example.com",
  });
  mails = await hostileMails();
});
afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await letters?.[Symbol.asyncDispose]();
});

async function send(to: UserRow, template: Parameters<Letters["mail"]>[1], about?: object) {
  const { status } = await letters.mail(to, template, about);
  expect(status).toBe("sent");
  const [mail] = letters.mailsTo(to);
  if (!mail) throw new Error("No mail came");
  return { ...mail, raw: letters.raw(mail.id) };
}

/** The worst mails that people could write to each other. */
async function hostileMails() {
  const photos = [];
  for (let n = 0; n < 12; n++)
    photos.push(
      await letters.photo(hostile, { caption: nasty.repeat(6), alt: `"&<>`.repeat(250) }),
    );
  await letters.follow(reader, hostile);
  const own = await letters.photo(reader, { caption: nasty });
  const commentId = await letters.comment(hostile, own, nasty.repeat(12));
  const ids = [
    await letters.notification(reader, "comment", { actor: hostile, photo: own, commentId }),
    await letters.notification(reader, "photos", { actor: hostile, count: 12 }),
  ];
  const span = { from: new Date(Date.now() - 86_400_000), until: letters.clock.now() };
  return [
    await send(reader, "notification", { notificationId: ids[0] }),
    await send(reader, "notification", { notificationId: ids[1] }),
    await send(reader, "digest", span),
    await send(hostile, "verify-email"),
    await send(hostile, "reset-password"),
    await send(hostile, "change-email"),
    await send({ ...hostile, email: "before@example.com" }, "email-changed"),
    await send(hostile, "password-changed"),
    await send(hostile, "welcome"),
  ];
}

test("nothing that people write breaks out of headers, HTML or text, and no mail is cut off", async () => {
  for (const mail of mails) {
    const unsubscribe = ["list-unsubscribe", "list-unsubscribe-post"];
    expect(Object.keys(mail.headers).toSorted()).toEqual([
      "auto-submitted",
      "content-type",
      "date",
      "from",
      ...(mail.headers["list-unsubscribe"] ? unsubscribe : []),
      "message-id",
      "mime-version",
      "subject",
      "to",
      "x-auto-response-suppress",
    ]);
    expect(mail.headers["to"]).toBe(mail.to[0]);
    expect(mail.headers["from"]).toMatch(/^Tendril <(news|account)@tendril\.example>$/);
    expect(mail.subject).not.toMatch(/[\p{Cc}\u202e]/u);

    expect(mail.html).not.toMatch(/<script|onerror=alert\(2\)>|<img src=x/);
    const sources = [...mail.html.matchAll(/\s(?:src|href|background)="([^"]*)"/g)];
    const ours = [letters.env.url, letters.env.environment["CDN_BASE_URL"] ?? "-"];
    for (const [, address = ""] of sources)
      expect(ours.some((base) => address.startsWith(base))).toBe(true);
    // Names are not even turned into links by the programs that do so.
    expect(mail.html.match(/<h1[\s\S]*?<\/h1>/)?.[0]).not.toContain("evil.example");
    expect(mail.text).not.toMatch(/^Bcc:/m);
    expect(mail.text).not.toMatch(/^https:\/\/evil/m);
    // Gmail cuts at 102 kB, of what it gets.
    expect(mail.raw.length).toBeLessThan(100_000);
    expect(Buffer.byteLength(mail.html)).toBeLessThan(100_000);
  }
});

test("every picture has its size and words, and is one of the public files", async () => {
  for (const { html } of mails) {
    for (const [image] of html.matchAll(/<img [^>]*>/g)) {
      expect(image).toMatch(/ width="[1-9]\d*" height="[1-9]\d*" alt="[^"]+"/);
      expect(image).toMatch(/ src="[^"]+\/photos\/key-\d+\/w1280\.jpg"/);
      expect(Number(/ width="(\d+)"/.exec(image)?.[1])).toBeLessThanOrEqual(536);
    }
  }
});

describe("unsubscribing", () => {
  test.each([
    ["welcome", "all"],
    ["notification", "follow"],
    ["digest", "digest"],
  ] as const)("is offered by %s, in its headers and in sight", async (template, scope) => {
    const person = await letters.person("Una");
    const anna = await letters.person("Anna");
    for (const [who, whom] of [
      [anna, person],
      [person, anna],
    ] as const)
      await letters.follow(who, whom);
    await letters.photo(anna);
    const notificationId = await letters.notification(person, "follow", { actor: anna });
    const about = { notificationId, from: new Date(0), until: letters.clock.now() };
    const { raw, html, text } = await send(person, template, about);
    const link = /^List-Unsubscribe: <(.*)>\r?$/m.exec(raw.replace(/\r\n\s+/g, " "))?.[1] ?? "";
    expect(raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/m);
    expect(html).toContain(`href="${link}"`);
    expect(text).toContain(link);

    const { origin, pathname, searchParams } = new URL(link);
    expect([origin, pathname]).toEqual([letters.env.url, "/unsubscribe"]);
    const secrets = (letters.env.environment["TOKEN_SECRETS"] ?? "").split(",");
    const token = searchParams.get("token") ?? "";
    expect(readUnsubscribeToken(secrets, token)).toEqual({ userId: person.id, scope });
  });

  test.each(["verify-email", "reset-password", "change-email", "password-changed"] as const)(
    "is not offered by %s",
    async (template) => {
      const email = `${template}@example.com`;
      const essy = await letters.person("Essy", { email, wantedEmail: email });
      const { raw, html, text } = await send(essy, template);
      expect(raw).not.toMatch(/^List-/m);
      expect(html + text).not.toContain("/unsubscribe");
    },
  );
});
