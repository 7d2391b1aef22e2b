import { expect, test } from "vitest";

import { lines, oneLine, shorten, withoutLinks } from "./plain-words.ts";

test.each([
  ["Anna\r\nBcc: all@evil.example", "Anna Bcc: all@evil.example"],
  ["  Anna\t\u0000 Maria\u2028\u2029 ", "Anna Maria"],
  ["Anna\u202egpj.exe", "Annagpj.exe"],
  ["half \ud83c", "half \ufffd"],
  ["Ünïcödé 🌿 名前", "Ünïcödé 🌿 名前"],
  ["\r\n", ""],
])("%j is one line", (text, expected) => {
  expect(oneLine(text)).toBe(expected);
});

test("lines stay lines, without what could break out of them", () => {
  expect(lines("one\r\n\r\ntwo\u2028three\u202e\n \n")).toEqual(["one", "two", "three"]);
});

test.each(["evil.example", "https://evil.example/a", "you@evil.example", "J.R.R. Tolkien"])(
  "%s reads as before, and is no address for a mail program",
  (name) => {
    const shown = withoutLinks(name);
    expect(shown.replaceAll("\u200b", "")).toBe(name);
    expect(shown).not.toMatch(/[\w/][.:@][\w/]/);
  },
);

test("what is too long ends with a mark, and never within a character", () => {
  expect(shorten("🌿".repeat(160))).toBe("🌿".repeat(160));
  expect(shorten("🌿".repeat(161))).toBe(`${"🌿".repeat(159)}…`);
});
