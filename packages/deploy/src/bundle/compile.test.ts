import { expect, test } from "vitest";

import { compile } from "./compile.ts";

test("types go, and every position stays", () => {
  const source = [
    'import type { Row } from "./row.ts";',
    'import { a, type B } from "./a.ts";',
    'export * from "../b.ts";',
    'export const load = (): Promise<unknown> => import("./c.ts");',
    "export function add(this: B, row: Row, n?: number): number { return a(row) + (n ?? 0); }",
  ].join("\n");
  const compiled = compile(source);
  expect(compiled.split("\n").map((line) => line.trimEnd())).toEqual([
    "",
    'import { a,        } from "./a.js";',
    'export * from "../b.js";',
    'export const load = ()                   => import("./c.js");',
    "export function add(         row     , n         )         { return a(row) + (n ?? 0); }",
  ]);
  expect(compiled).toHaveLength(source.length);
});

test("only what is imported is renamed, not what a text says", () => {
  const source = 'import x from "some.ts";\nexport const name = "./file.ts";\n';
  expect(compile(source)).toBe(source);
});
