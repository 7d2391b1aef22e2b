import { describe, expect, test } from "vitest";

import { maxMentions, mentionedNames, withMentions } from "./mentions.ts";

describe("mentionedNames", () => {
  test.each([
    ["@robin", ["robin"]],
    ["Look, @robin! And (@kim), too.", ["robin", "kim"]],
    ["@Robin @ROBIN @robin", ["robin"]],
    ["@a-b_c9…", ["a-b_c9"]],
    ["¡@robin! “@kim”", ["robin", "kim"]],
    ["line\n@robin\n", ["robin"]],
    ["robin@example.com", []],
    ["me@robin", []],
    ["é@robin", []],
    ["@robin@photos.example", []],
    ["https://elsewhere.example/@robin", []],
    ["@@robin", []],
    ["@ab", []],
    [`@${"a".repeat(31)}`, []],
    ["@robiné", []],
    ["@", []],
    ["", []],
  ])("in %j are %j", (text, names) => {
    expect(mentionedNames(text)).toEqual(names);
  });

  test(`are ${maxMentions} at the most, repeated ones not counted`, () => {
    const names = Array.from({ length: 15 }, (_, index) => `person-${index}`);
    const text = names.map((name) => `@${name} @${name}`).join(" ");
    expect(mentionedNames(text)).toEqual(names.slice(0, maxMentions));
  });

  test("are found in a moment in whatever people paste", () => {
    const began = performance.now();
    for (const piece of ["@", "@a", "@a@", "-", "a-", "@aaa "]) mentionedNames(piece.repeat(2_000));
    expect(performance.now() - began).toBeLessThan(500);
  });
});

describe("withMentions", () => {
  test("links those who are there, and leaves every other letter as it was", () => {
    const text = "Hi @Robin, meet @nobody\nand @kim";
    const segments = withMentions(text, new Set(["robin", "kim"]));
    expect(segments).toEqual([
      { text: "Hi ", href: null },
      { text: "@Robin", href: "/@robin" },
      { text: ", meet @nobody\nand ", href: null },
      { text: "@kim", href: "/@kim" },
    ]);
    expect(segments.map(({ text }) => text).join("")).toBe(text);
  });

  test("has no empty pieces", () => {
    expect(withMentions("@kim", new Set(["kim"]))).toEqual([{ text: "@kim", href: "/@kim" }]);
    expect(withMentions("", new Set())).toEqual([]);
  });
});
