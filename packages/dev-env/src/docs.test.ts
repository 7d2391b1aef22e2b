import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { expect, test } from "vitest";
import { z } from "zod";

import { ROOT } from "./apps/places.ts";

const read = (name: string) => readFileSync(join(ROOT, name), "utf8");
const pages = globSync(["*.md", "docs/**/*.md", ".{ebextensions,platform}/README.md"], {
  cwd: ROOT,
});
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read("package.json")));

/** What is still to come, and what an installation keeps to itself. */
const elsewhere = new Set([
  "infrastructure/shared.yaml",
  "scripts/deploy",
  "scripts/destroy",
  "apps/web/.elasticbeanstalk/saved_configs/tendril-web.cfg.yml",
]);
const inOurFolders = /^(?:\.\/)?((?:apps|packages|scripts|docs|infrastructure|docker)\/[\w./-]+)$/;

/** As GitHub makes them. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");

function leadsNowhere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(ROOT, target))) return true;
  if (anchor === undefined) return false;
  const headings = [...read(target).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading);
  return !headings.map(anchorOf).includes(anchor);
}

const found = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, first = ""]) => first);

test.each(pages)("what %s names is there: links, files and commands", (page) => {
  const text = read(page);
  const links = found(text, /\]\((?!https?:)([^)]*)\)/g);
  const files = found(text, /`([^`\n]+)`/g).flatMap((code) => inOurFolders.exec(code)?.[1] ?? []);
  const commands = found(text, /npm run (?:-s )?([\w:]+)/g);
  expect([
    ...links.filter((link) => leadsNowhere(page, link)),
    ...files.filter((path) => !elsewhere.has(path) && !existsSync(join(ROOT, path))),
    ...commands.filter((name) => !Object.hasOwn(scripts, name)),
  ]).toEqual([]);
});
