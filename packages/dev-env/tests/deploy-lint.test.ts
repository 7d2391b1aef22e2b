import { chmodSync, cpSync, mkdtempDisposableSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describeFinding, lintDeploy } from "@tendril/deploy";
import { describe, expect, test } from "vitest";

import { ROOT } from "../src/apps/places.ts";
import { lintGround } from "../src/deploy-lint.ts";
import { planted } from "./_planted-mistakes.ts";
import { hook, release, scaling } from "./_planted-places.ts";

const linted = [
  ".ebextensions",
  ".platform",
  "infrastructure/saved-configurations",
  "apps/web/.elasticbeanstalk",
  "apps/worker/.elasticbeanstalk",
  "apps/worker/cron.yaml",
];

/** A copy of all that is linted, for breaking things in it. */
function copyOfOurs() {
  const scratch = mkdtempDisposableSync(join(tmpdir(), "tendril-lint-"));
  for (const path of linted)
    cpSync(join(ROOT, path), join(scratch.path, path), { recursive: true });
  const lint = async () => (await lintDeploy(lintGround(scratch.path))).map(describeFinding);
  return { ...scratch, lint, [Symbol.dispose]: () => scratch.remove() };
}

test("ours is clean", async () => {
  using ours = copyOfOurs();
  expect(await ours.lint()).toEqual([]);
});

describe.each(planted)("a mistake in %s", (_kind, mistakes) => {
  test.each(mistakes.map((each) => [each[3].source, ...each] as const))("%s", async (...row) => {
    const [, file, right, wrong, says] = row;
    using ours = copyOfOurs();
    const path = join(ours.path, file);
    const text = readFileSync(path, "utf8");
    expect(text).toContain(right);
    writeFileSync(
      path,
      text.replace(right, () => wrong),
    );
    const found = await ours.lint();
    expect(found).toContainEqual(expect.stringMatching(says));
    // Place, mistake and cure, in the file where it was planted or where it is missed.
    for (const each of found) expect(each).toMatch(/^[^:]+\.\w+:\d+: .+: .+/);
  });
});

test("a hook that nobody can execute, and one where the platform does not look", async () => {
  using ours = copyOfOurs();
  chmodSync(join(ours.path, hook), 0o644);
  cpSync(join(ours.path, hook), join(ours.path, ".platform/common/hook/predeploy/a.sh"));
  expect(await ours.lint()).toEqual([
    ".platform/common/hook/predeploy/a.sh:1: the platform does not look here: " +
      "hooks/, confighooks/ with prebuild/, predeploy/, postdeploy/ in them, and nginx/",
    `${hook}:1: the hook cannot be executed: chmod +x ${hook}`,
  ]);
});

test("a folder that goes into no bundle", async () => {
  using ours = copyOfOurs();
  cpSync(join(ours.path, release), join(ours.path, ".ebextensions/all/24-release.config"));
  cpSync(join(ours.path, release), join(ours.path, ".ebextensions/24-release.config"));
  expect(await ours.lint()).toEqual([
    ".ebextensions/24-release.config:1: it goes into no bundle: move it to common, web or worker",
    ".ebextensions/all/24-release.config:1: it goes into no bundle: move it to common, web or worker",
  ]);
});

test("a place is named exactly", async () => {
  using ours = copyOfOurs();
  const path = join(ours.path, scaling);
  writeFileSync(path, readFileSync(path, "utf8").replace("MaxSize: '6'", "MaxSize: '6.5'"));
  expect(await ours.lint()).toEqual([`${scaling}:5: MaxSize is "6.5": write a whole number`]);
});
