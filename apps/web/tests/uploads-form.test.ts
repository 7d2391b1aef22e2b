import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";

import {
  bucketKeys,
  newFormToken,
  resultsOf,
  sendForm,
  signedUp,
  smallPhoto,
  wordsOf,
  type Person,
} from "./_uploads.ts";

let env: TestEnv;
let ida: Person;
let photo: Buffer;

beforeAll(async () => {
  env = await startTestEnv();
  ida = await signedUp(env, "ida");
  photo = await smallPhoto();
});
afterAll(() => env?.[Symbol.asyncDispose]());

const text = "Dear diary, today the camera broke.\n";
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';

test("several files become several photos, and the results page says that they are ready", async () => {
  const token = await newFormToken(ida);
  const answer = await sendForm(
    ida,
    token,
    [
      { name: "one.jpg", content: photo },
      { name: "two.jpg", content: photo },
    ],
    { caption: "At the lake", alt: "Reeds", visibility: "public" },
  );
  expect(answer.status).toBe(303);
  expect(answer.headers.get("location")).toBe(`/upload?form=${token}`);
  await env.drain();

  const page = await ida.get(`/upload?form=${token}`);
  const links = [...page.text.matchAll(/href="(\/photos\/[\w-]+)"/g)].map(([, href]) => href);
  expect(new Set(links).size).toBe(2);
  expect(page.text).not.toContain("data-pending");
  expect(page.text).not.toMatch(/http-equiv="refresh"/);
  expect(page.text).toContain('alt="Reeds"');
  expect(page.text).toContain('<a href="/@ida">See your photos</a>');
  expect(wordsOf((await env.client().get(links[0] ?? "")).text)).toContain("At the lake");
});

test("the same form sent twice makes no second photo", async () => {
  const token = await newFormToken(ida);
  const files = [{ name: "once.jpg", content: photo }];
  const before = (await bucketKeys(env, "originals/")).length;
  expect((await sendForm(ida, token, files)).status).toBe(303);
  const again = await sendForm(ida, token, files);
  expect(again.headers.get("location")).toBe(`/upload?form=${token}`);
  await env.drain();
  expect((await sendForm(ida, token, files)).status).toBe(303);
  await env.drain();
  expect(await bucketKeys(env, "originals/")).toHaveLength(before + 1);
  expect(await bucketKeys(env, "incoming/")).toEqual([]);
});

test("a batch takes the good files and says of each bad one why it was refused", async () => {
  const token = await newFormToken(ida);
  const answer = await sendForm(ida, token, [
    { name: "diary.jpg", content: text },
    { name: "good.jpg", content: photo },
    { name: "nothing.jpg", content: "" },
    { name: "logo.svg", content: svg },
    { name: "also-good.png", content: photo },
  ]);
  expect(answer.status).toBe(303);
  await env.drain();

  const failed = (await resultsOf(ida, token)).filter(({ status }) => status === "failed");
  expect(failed.map(({ words }) => words)).toEqual([
    expect.stringMatching(/diary\.jpg .*not a picture/),
    expect.stringMatching(/nothing\.jpg .*is empty/),
    expect.stringMatching(/logo\.svg .*kind of picture is not accepted/),
  ]);
  const page = await ida.get(`/upload?form=${token}`);
  expect(page.text.match(/class="tile__image"/g)).toHaveLength(2);
  const [, remove = ""] = /action="(\/photos\/[\w-]+\/delete)"/.exec(page.text) ?? [];
  const results = `/upload?form=${token}`;
  const removed = await ida.post(remove, {}, { referer: `${env.url}${results}` });
  expect([removed.status, removed.headers.get("location")]).toEqual([303, results]);
  expect(await resultsOf(ida, token)).toHaveLength(2);
  expect(await bucketKeys(env, "incoming/")).toEqual([]);
});

test.each([
  { name: "diary.jpg", content: text, status: 415, words: /diary\.jpg\s*: This file is not a/ },
  { name: "logo.svg", content: svg, status: 415, words: /logo\.svg\s*: This kind of picture is/ },
  { name: "nothing.jpg", content: "", status: 422, words: /nothing\.jpg\s*: The file is empty/ },
])("a form with nothing but $name is answered with $status", async ({ status, words, ...file }) => {
  const typed = { caption: "One\r\nor two", alt: "Reeds", credit: "By hand", visibility: "link" };
  const answer = await sendForm(ida, await newFormToken(ida), [file], typed);
  expect(answer.status).toBe(status);
  for (const words of [">One\nor two</textarea>", ">Reeds</textarea>", 'value="By hand"'])
    expect(answer.text).toContain(words);
  expect(answer.text).toMatch(/value="link" checked/);
  expect(wordsOf(answer.text)).toMatch(words);
  expect(answer.text).toContain('name="form_token"');
});

test("a large file that is no picture is read to its end, and those behind it are taken", async () => {
  const token = await newFormToken(ida);
  const answer = await sendForm(ida, token, [
    { name: "long-diary.jpg", content: text.repeat(100_000) },
    { name: "after-it.jpg", content: photo },
  ]);
  expect(answer.status).toBe(303);
  await env.drain();
  expect((await resultsOf(ida, token)).map(({ status }) => status)).toContain("failed");
});

test("what a file is called does no harm and is shown without tricks", async () => {
  const token = await newFormToken(ida);
  const names = {
    "../../etc/passwd.jpg": "passwd.jpg",
    "..\\..\\boot.jpg": "boot.jpg",
    [`${"n".repeat(300)}.jpg`]: "n".repeat(120),
    "🌻 summer 🏖️.jpg": "🌻 summer 🏖️.jpg",
    "soft\u00AD and \u0085next.jpg": "soft and next.jpg",
    "gpj.\u202Eexe.jpg": "gpj.exe.jpg",
    "<b>bold.jpg": "&lt;b&gt;bold.jpg",
  };
  const answer = await sendForm(
    ida,
    token,
    Object.keys(names).map((name) => ({ name, content: text })),
  );
  expect(answer.status).toBe(415);
  const shown = await resultsOf(ida, token);
  expect(shown).toHaveLength(Object.keys(names).length);
  Object.values(names).forEach((name, index) => {
    expect(shown[index]?.words).toContain(` ${name} `);
  });
  expect((await ida.get(`/upload?form=${token}`)).text).not.toContain("<b>bold");
});

test("a name with bytes that no form may hold is refused in plain words", async () => {
  const answer = await sendForm(ida, await newFormToken(ida), [
    { name: "bell\u0007.jpg", content: photo },
  ]);
  expect(answer.status).toBe(400);
  expect(wordsOf(answer.text)).toContain("Give it a plain name");
});

test("a form that was not sent as it should be is refused in plain words", async () => {
  const file = [{ name: "photo.jpg", content: photo }];
  const token = await newFormToken(ida);
  const withoutToken = await ida.postMultipart("/upload", { caption: "x" }, [
    { field: "photos", name: "photo.jpg", content: new Uint8Array(photo) },
  ]);
  expect(withoutToken.status).toBe(400);
  expect(wordsOf(withoutToken.text)).toContain("This form is not complete");

  const withoutFile = await ida.postMultipart("/upload", { form_token: token }, []);
  expect(withoutFile.status).toBe(422);
  expect(wordsOf(withoutFile.text)).toContain("Choose at least one photo");

  const emptyChoice = await ida.postMultipart("/upload", { form_token: token }, [
    { field: "photos", name: "", content: new Uint8Array() },
  ]);
  expect(emptyChoice.status).toBe(422);

  const notMultipart = await ida.post("/upload", { form_token: token, photos: "photo.jpg" });
  expect(notMultipart.status).toBe(400);
  expect(wordsOf(notMultipart.text)).toContain("multipart/form-data");

  const tooManyWords = await sendForm(ida, token, file, { caption: "c".repeat(1_001) });
  expect(tooManyWords.status).toBe(422);
  expect(wordsOf(tooManyWords.text)).toContain("up to 1,000 characters");
  expect(await resultsOf(ida, token)).toEqual([]);
});

test("of more files than a form may hold the first are taken, and their owner is told where to go on", async () => {
  const files = Array.from({ length: 103 }, (_, index) => ({
    name: `${index}.jpg`,
    content: index === 0 ? photo : index < 100 ? "x" : Buffer.alloc(1024 * 1024),
  }));
  const answer = await sendForm(ida, await newFormToken(ida), files);
  expect(answer.status).toBe(422);
  const words = wordsOf(answer.text);
  expect(words).toContain("Up to 100 files can be sent at once: those behind 99.jpg were left out");
  expect(words).toMatch(/ 99\.jpg\s*: This file is not a picture/);
  expect(words).not.toMatch(/ (0|100)\.jpg\s*:/);
});

test("a visitor is asked to sign in, and nothing is stored", async () => {
  const visitor = env.client();
  expect((await visitor.get("/upload")).headers.get("location")).toBe("/sign-in?next=%2Fupload");
  const answer = await sendForm(visitor, "a-form-token", [{ name: "x.jpg", content: photo }]);
  expect(answer.status).toBe(303);
  expect(answer.headers.get("location")).toBe("/sign-in");
  expect(await bucketKeys(env, "incoming/")).toEqual([]);
});
