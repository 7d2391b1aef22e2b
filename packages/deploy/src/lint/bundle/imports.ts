import { posix } from "node:path";

import { init, parse } from "es-module-lexer";

import type { ArchiveFile } from "./archive.ts";

await init;

const ours = /^(src|node_modules\/@tendril\/[^/]+\/src)\/.*\.js$/;

/** What our code imports, and nobody put into the bundle. */
export function missingImports(
  files: ReadonlyMap<string, ArchiveFile>,
): { name: string; line: number; specifier: string }[] {
  const packages = new Set([...files.keys()].map(packageOf));
  return [...files.values()]
    .filter(({ name }) => ours.test(name))
    .flatMap(({ name, bytes }) => {
      const source = bytes.toString("utf8");
      return parse(source)[0].flatMap(({ type, specifier, start }) => {
        if (type === "import-meta" || specifier === undefined || specifier.startsWith("node:"))
          return [];
        const isThere = specifier.startsWith(".")
          ? files.has(posix.join(posix.dirname(name), specifier))
          : packages.has(packageOf(`node_modules/${specifier}`));
        const line = source.slice(0, start).split("\n").length;
        return isThere ? [] : [{ name, line, specifier }];
      });
    });
}

const packageOf = (name: string) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name)?.[1] ?? "";
