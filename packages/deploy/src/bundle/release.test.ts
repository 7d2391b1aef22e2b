import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { describeRelease } from "./release.ts";

test("what the EB CLI writes into a tier's folder changes no release; all else does", async () => {
  using root = mkdtempDisposableSync(join(tmpdir(), "tendril-release-"));
  const git = (...args: string[]) => execFileSync("git", args, { cwd: root.path, stdio: "pipe" });
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(root.path, name)), { recursive: true });
    writeFileSync(join(root.path, name), text);
  };
  git("init", "-q");
  write("apps/web/.elasticbeanstalk/config.yml", "global: {}\n");
  git("add", "-A");
  git("-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-q", "-m", "first");
  const { commit } = await describeRelease(root.path);
  expect(commit).toMatch(/^[0-9a-f]{12}$/);

  write("apps/web/.elasticbeanstalk/config.yml", "global:\n  sc: git\n");
  write("apps/web/.elasticbeanstalk/saved_configs/tendril-web.cfg.yml", "OptionSettings: {}\n");
  expect((await describeRelease(root.path)).commit).toBe(commit);

  write("apps/web/src/new.ts", "");
  expect((await describeRelease(root.path)).commit).toBe(`${commit}-changed`);
});
