import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempDisposableSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

const zipModule = new URL("zip.ts", import.meta.url).href;

test("the bytes do not depend on where the clock of the building machine is set", () => {
  using scratch = mkdtempDisposableSync(join(tmpdir(), "tendril-zip-"));
  const folder = join(scratch.path, "folder");
  mkdirSync(folder);
  writeFileSync(join(folder, "a.txt"), "a");
  const zippedIn = (TZ: string) => {
    const target = join(scratch.path, "zip");
    const call = `await zipFolder(${JSON.stringify(folder)}, ${JSON.stringify(target)}, new Date("2026-11-21T03:06:52Z"))`;
    const program = `import { zipFolder } from "${zipModule}"; ${call};`;
    execFileSync(process.execPath, ["--input-type=module", "-e", program], {
      env: { TZ },
    });
    return readFileSync(target);
  };
  expect(zippedIn("Asia/Tokyo").equals(zippedIn("UTC"))).toBe(true);
});
