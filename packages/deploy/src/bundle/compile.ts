import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";

import { transformSync } from "amaro";
import { init, parse } from "es-module-lexer";

import { listFiles } from "./files.ts";

await init;

/** Only for tests, for editors and for people who read the source. */
const leftOut = /(\.test\.ts|\.d\.ts|^tsconfig\.json|\.md)$/;

/**
 * Copies a folder; TypeScript becomes JavaScript in which every line and column is where it was, because types
 * are blanked out by the same code that Node runs the source with. So stack traces of production name the
 * places of the repository, without source maps.
 */
export async function compileFolder(from: string, to: string): Promise<void> {
  for (const name of await listFiles(from)) {
    if (leftOut.test(name)) continue;
    const target = join(to, name);
    await mkdir(dirname(target), { recursive: true });
    if (extname(name) !== ".ts") {
      await copyFile(join(from, name), target);
      continue;
    }
    const source = await readFile(join(from, name), "utf8");
    await writeFile(target.replace(/\.ts$/, ".js"), compile(source));
  }
}

export function compile(source: string): string {
  let compiled = transformSync(source, { mode: "strip-only" }).code;
  // `.ts` and `.js` have the same length, so positions stay good.
  for (const imported of parse(compiled)[0]) {
    const { type, start, end } = imported;
    if (type === "import-meta" || !imported.specifier?.startsWith(".")) continue;
    const written = compiled.slice(start, end).replace(/\.ts(["']?)$/, ".js$1");
    compiled = compiled.slice(0, start) + written + compiled.slice(end);
  }
  return compiled;
}
