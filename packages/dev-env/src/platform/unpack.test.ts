import { mkdir, mkdtempDisposable, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { zipFolder } from "@tendril/deploy";
import { expect, test } from "vitest";

import { createUnpacker } from "./unpack.ts";

test("each instance gets a bundle's files, and all of them its packages by one link", async () => {
  await using here = await mkdtempDisposable(join(tmpdir(), "tendril-unpack-"));
  const [bundle, source] = [join(here.path, "web.zip"), join(here.path, "source")];
  await mkdir(join(source, "node_modules/some"), { recursive: true });
  await writeFile(join(source, "node_modules/some/index.js"), "some");
  await writeFile(join(source, "Procfile"), "web: node main.js");
  await zipFolder(source, bundle, new Date());

  const unpack = createUnpacker(join(here.path, "store"));
  const [first, second] = [join(here.path, "first"), join(here.path, "second")];
  await Promise.all([unpack(bundle, first), unpack(bundle, second)]);
  expect(await readlink(join(first, "node_modules"))).toBe(
    await readlink(join(second, "node_modules")),
  );
  await rm(first, { recursive: true });
  expect(await readFile(join(second, "node_modules/some/index.js"), "utf8")).toBe("some");
  expect(await readFile(join(second, "Procfile"), "utf8")).toBe("web: node main.js");
});
