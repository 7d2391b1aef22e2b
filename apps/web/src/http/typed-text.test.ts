import { expect, test } from "vitest";

import { showsNothing, tidy, withoutUnseenMarks } from "./typed-text.ts";

test("a browser's line breaks count as one character each, as its limits do", () => {
  expect(tidy("one\r\ntwo\rthree \n\n\n\n four ")).toBe("one\ntwo\nthree\n\n four");
});

test.each(["", " \n", "\u200b\u200d", "\u3164", "\u2800", "\u00ad\ufe0f"])(
  "%j shows nothing",
  (text) => expect(showsNothing(text)).toBe(true),
);

test.each([
  ["\u200fדנה לוי", "דנה לוי"],
  ["Anna\u202egpj", "Annagpj"],
  ["a\u200bda", "ada"],
  ["👩‍🚀 می‌خواهم", "👩‍🚀 می‌خواهم"],
])("of the name %j is left %j", (name, left) => {
  expect(withoutUnseenMarks(name)).toBe(left);
  expect(showsNothing(left)).toBe(false);
});
