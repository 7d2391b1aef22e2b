import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterEach, beforeEach, expect, test } from "vitest";

import { readRelease } from "./release.ts";

let folder = "";
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tendril-release-"))));
afterEach(() => rmSync(folder, { recursive: true }));
const read = () => readRelease(pathToFileURL(`${folder}/`));

test("is what the bundle says", () => {
  const release = { commit: "0123456789ab", time: "2026-11-21T03:06:52.000Z" };
  writeFileSync(join(folder, "release.json"), JSON.stringify({ ...release, tier: "web" }));
  expect(read()).toEqual(release);
});

test("is development where there is no bundle", () => {
  expect(read()).toEqual({ commit: "development", time: null });
});

test("a broken file is no reason to guess", () => {
  writeFileSync(join(folder, "release.json"), "{");
  expect(read).toThrow("the bundle is not whole");
});
