import { mkdir, mkdtempDisposable, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { takeFolder } from "./fleet-folder.ts";

test("a fleet empties what a fleet left, and nothing of anybody else's", async () => {
  await using here = await mkdtempDisposable(join(tmpdir(), "tendril-fleet-"));
  const [own, other] = [join(here.path, "own"), join(here.path, "other")];
  for (const folder of [own, other]) {
    await mkdir(folder);
    await writeFile(join(folder, "processes.json"), "{}");
  }
  takeFolder(own);
  await mkdir(join(own, "mariadb"));
  takeFolder(own);
  expect((await readdir(own)).toSorted()).toEqual(["of-a-fleet", "processes.json"]);

  await mkdir(join(other, "mariadb"));
  expect(() => takeFolder(other)).toThrow("DATA_DIR=");
  expect(await readdir(other)).toContain("mariadb");
});
