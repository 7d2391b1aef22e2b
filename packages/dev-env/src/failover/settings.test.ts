import { expect, test } from "vitest";

import { faults } from "./faults.ts";
import { readFailoverSettings } from "./settings.ts";

const namesOf = (...args: string[]) => readFailoverSettings(args).faults.map(({ name }) => name);

test("all faults, or those that are named", () => {
  expect(namesOf()).toEqual(faults.map(({ name }) => name));
  expect(namesOf("--only", "ses", "--only", "web-process")).toEqual(["web-process", "ses"]);
});

test("who mistypes is told where to read on", () => {
  expect(() => namesOf("--only", "mars")).toThrow(/there is no such fault: .*--help/);
  expect(() => namesOf("--seconds", "many")).toThrow(/^--seconds: .*--help/);
  expect(() => namesOf("--bogus")).toThrow(/Unknown option '--bogus'.*--help/);
});
