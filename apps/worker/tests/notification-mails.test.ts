import type { UserRow } from "@tendril/database";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openLetters, type Letters } from "./_letters.ts";

let letters: Letters;
let worker: AsyncDisposable;
let reader: UserRow;
let anna: UserRow;

beforeAll(async () => {
  letters = await openLetters();
  worker = await letters.worker();
  reader = await letters.person("Rita");
  anna = await letters.person("Anna");
});
afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await letters?.[Symbol.asyncDispose]();
});

const jpeg = (fileKey: string) =>
  `${letters.env.environment["CDN_BASE_URL"]}/photos/${fileKey}/w1280.jpg`;

/** The mail that tells a new person of it; undefined when none is sent. */
async function told(to: UserRow, notificationId: number) {
  const before = letters.mailsTo(to).length;
  const mail = await letters.mail(to, "notification", { notificationId });
  const [newest] = letters.mailsTo(to);
  expect(["sent", "skipped"]).toContain(mail.status);
  return mail.status === "sent" && letters.mailsTo(to).length === before + 1 ? newest : undefined;
}

describe("a mail tells of", () => {
  test("a follower, with what they show", async () => {
    await letters.follow(anna, reader);
    const shown = await letters.photo(anna);
    const hidden = await letters.photo(anna, { visibility: "link" });
    const mail = await told(reader, await letters.notification(reader, "follow", { actor: anna }));
    expect(mail).toMatchObject({
      subject: "Anna follows you",
      from: "Tendril <news@tendril.example>",
      text: expect.stringContaining(`${letters.env.url}/@${anna.username}`),
    });
    expect(mail?.html).toContain("Anna follows you</h1>");
    expect(mail?.html).toContain(jpeg(shown.fileKey));
    expect(mail?.html).not.toContain(hidden.fileKey);
  });

  test("a like, with the photo", async () => {
    const photo = await letters.photo(reader, { alt: "A fern", caption: "After the rain" });
    await letters.run(
      "INSERT INTO notification_preferences VALUES (:id, 'like', 'mail', 1)",
      reader,
    );
    await letters.like(anna, photo);
    const mail = await told(
      reader,
      await letters.notification(reader, "like", { actor: anna, photo, count: 3 }),
    );
    expect(mail?.subject).toBe("Anna and 2 others like your photo");
    expect(mail?.html).toMatch(
      new RegExp(`<img [^>]*src="${jpeg(photo.fileKey)}" width="\\d+" height="\\d+" alt="A fern"`),
    );
    expect(mail?.text).toContain("After the rain");
    expect(mail?.text).toContain(`${letters.env.url}/photos/${photo.slug}`);
  });

  test("a comment, with its words and the photo, also when only people with the link can see it", async () => {
    const photo = await letters.photo(reader, { visibility: "link" });
    const commentId = await letters.comment(anna, photo, "So green!\n\nWhere is this?");
    const mail = await told(
      reader,
      await letters.notification(reader, "comment", { actor: anna, photo, commentId }),
    );
    expect(mail?.subject).toBe("Anna commented on your photo");
    expect(mail?.html).toContain("So green!<br>Where is this?");
    expect(mail?.html).toContain(jpeg(photo.fileKey));
    expect(mail?.text).toContain("> So green!\n> Where is this?");
  });

  test("a mention", async () => {
    const photo = await letters.photo(anna);
    const commentId = await letters.comment(anna, photo, `@${reader.username} look`);
    const mail = await told(
      reader,
      await letters.notification(reader, "mention", { actor: anna, photo, commentId }),
    );
    expect(mail?.subject).toBe("Anna mentioned you");
    expect(mail?.text).toContain(`> @${reader.username} look`);
  });

  test("an original that is back", async () => {
    const photo = await letters.photo(reader);
    const mail = await told(reader, await letters.notification(reader, "original", { photo }));
    expect(mail?.subject).toBe("Your original is back from the archive");
  });

  test("a photo of one's own that failed, and why; nothing once it is ready", async () => {
    const failed = { status: "failed", failure: "damaged", caption: "" } as const;
    const photo = await letters.photo(reader, { ...failed, fileName: "IMG_7.jpg" });
    const about = { actor: reader, photo };
    const mail = await told(reader, await letters.notification(reader, "failed", about));
    expect(mail?.subject).toBe("Your photo could not be made ready");
    expect(mail?.text).toContain("> The file is damaged");
    expect(mail?.text).toContain("IMG_7.jpg");
    expect(mail?.text).toContain(`${letters.env.url}/photos/${photo.slug}`);
    const mended = await letters.photo(reader);
    const late = await letters.notification(reader, "failed", { actor: reader, photo: mended });
    expect(await told(reader, late)).toBeUndefined();
    const again = await letters.notification(reader, "mended", { actor: reader, photo: mended });
    expect((await told(reader, again))?.subject).toBe("Your photo is ready after all");
  });

  test("a photo of one's own that was hidden, with the reason and without the picture", async () => {
    const hidden = { hiddenAt: new Date(), hiddenReason: "She objects" };
    const photo = await letters.photo(reader, hidden);
    const mail = await told(reader, await letters.notification(reader, "hidden", { photo }));
    expect(mail?.subject).toBe("Your photo was hidden by the operators");
    expect(mail?.text).toContain("> She objects");
    expect(mail?.html).not.toContain(photo.fileKey);
  });

  test("new photos: up to six of those that are still there, and how many these are", async () => {
    const ben = await letters.person("Ben");
    for (let n = 0; n < 8; n++) await letters.photo(ben, { width: 600 + 150 * n });
    const gone = await letters.photo(ben, { caption: "Gone" });
    const hidden = await letters.photo(ben, { caption: "Hidden" });
    const older = await letters.photo(ben, { announcedAt: new Date(0), caption: "Older" });
    const id = await letters.notification(reader, "photos", { actor: ben, photo: gone, count: 10 });
    await letters.run("UPDATE photos SET removed_at = NOW(3) WHERE id = :id", gone);
    await letters.run("UPDATE photos SET visibility = 'link' WHERE id = :id", hidden);

    const mail = await told(reader, id);
    expect(mail?.subject).toBe("Ben shared 8 new photos");
    expect(mail?.html.match(/<img /g)).toHaveLength(6);
    for (const photo of [gone, hidden, older]) {
      expect(mail?.html).not.toContain(photo.fileKey);
      expect(mail?.text).not.toContain(photo.caption);
    }
    expect(mail?.text).toContain(`${letters.env.url}/@${ben.username}`);
  });
});

test("one new photo is told with its caption, and leads to it", async () => {
  const dag = await letters.person("Dag");
  const photo = await letters.photo(dag, { caption: "Low tide" });
  const id = await letters.notification(reader, "photos", { actor: dag, photo });
  const mail = await told(reader, id);
  expect(mail?.subject).toBe("Dag shared a new photo");
  expect(mail?.text).toContain(
    `Low tide\n\nSee the photo:\n${letters.env.url}/photos/${photo.slug}`,
  );
});

describe("what is not so any more is not told:", () => {
  const skipped = async (to: UserRow, notificationId: number) => {
    expect(await told(to, notificationId)).toBeUndefined();
  };

  test("somebody who follows no longer, or is gone", async () => {
    const [left, suspended, deleted] = [
      await letters.person("Left"),
      await letters.person("Suspended", { suspendedAt: new Date() }),
      await letters.person("Deleted", { deletedAt: new Date() }),
    ];
    for (const who of [suspended, deleted]) await letters.follow(who, reader);
    for (const actor of [left, suspended, deleted])
      await skipped(reader, await letters.notification(reader, "follow", { actor }));
  });

  test.each([
    ["a photo that was deleted", "UPDATE photos SET removed_at = NOW(3) WHERE id = :photo"],
    [
      "a photo that is being made anew",
      "UPDATE photos SET status = 'processing' WHERE id = :photo",
    ],
    ["a comment that was removed", "UPDATE comments SET removed_at = NOW(3) WHERE id = :comment"],
    ["a comment of somebody suspended", "UPDATE users SET suspended_at = NOW(3) WHERE id = :by"],
  ])("%s", async (_, sql) => {
    const by = await letters.person("Carl");
    const photo = await letters.photo(reader);
    const commentId = await letters.comment(by, photo, "Hello");
    const id = await letters.notification(reader, "comment", { actor: by, photo, commentId });
    await letters.run(sql, { photo: photo.id, comment: commentId, by: by.id });
    await skipped(reader, id);
  });

  test("a mention under a photo that is for others now", async () => {
    const photo = await letters.photo(anna, { visibility: "link" });
    const commentId = await letters.comment(anna, photo, "Look");
    const about = { actor: anna, photo, commentId };
    await skipped(reader, await letters.notification(reader, "mention", about));
  });

  test("photos of which none is left", async () => {
    const photo = await letters.photo(anna, { visibility: "link" });
    const quiet = await letters.person("Quiet");
    await skipped(reader, await letters.notification(reader, "photos", { actor: quiet, photo }));
  });

  test("what was read in the gallery", async () => {
    const photo = await letters.photo(reader);
    const id = await letters.notification(reader, "original", { photo });
    await letters.run("UPDATE notifications SET read_at = NOW(3), unread = NULL WHERE id = :id", {
      id,
    });
    await skipped(reader, id);
  });

  test("a notification that does not exist", () => skipped(reader, 999_999));

  test.each([
    ["did not confirm their address", { emailVerifiedAt: null }],
    ["are suspended", { suspendedAt: new Date() }],
    ["are gone", { deletedAt: new Date() }],
  ])("anything to people who %s", async (_, state) => {
    const nobody = await letters.person("Nobody", state);
    await letters.follow(anna, nobody);
    await skipped(nobody, await letters.notification(nobody, "follow", { actor: anna }));
  });

  test("kinds that the person does not want, by default or by choice", async () => {
    const picky = await letters.person("Picky");
    await letters.follow(anna, picky);
    const photo = await letters.photo(picky);
    await letters.like(anna, photo);
    await skipped(picky, await letters.notification(picky, "like", { actor: anna, photo }));
    await letters.run(
      "INSERT INTO notification_preferences VALUES (:id, 'follow', 'mail', 0)",
      picky,
    );
    await skipped(picky, await letters.notification(picky, "follow", { actor: anna }));
  });
});
