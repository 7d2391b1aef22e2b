import { posix } from "node:path";

import { describe, expect, test } from "vitest";

import { linkScripts, loadAssets } from "./assets.ts";

const importOf = (text: string) => /["'](\.[^"']+)["']/.exec(text)?.[1] ?? "";

function linked(sources: Record<string, string>) {
  const scripts = linkScripts(new Map(Object.entries(sources)));
  return (name: string) => {
    const script = scripts.get(name);
    return { path: script?.path ?? "", text: script?.bytes.toString() ?? "" };
  };
}

describe("scripts that import others", () => {
  test.each([
    `import { x } from "./page/x.js";`,
    `import {\n  x,\n  y as $y,\n} from './page/x.js';`,
    `import * as x from "./page/x.js";`,
    `import "./page/x.js";`,
    `export { x } from "./page/x.js";`,
    `export * from "./page/x.js";`,
  ])("name them with their hash: %s", (statement) => {
    const script = linked({ "scripts/page.js": statement, "scripts/page/x.js": "x" });
    const { path } = script("scripts/page/x.js");
    expect(path).toMatch(/^scripts\/page\/x\.[\w-]{12}\.js$/);
    expect(`scripts/${importOf(script("scripts/page.js").text).slice(2)}`).toBe(path);
  });

  test("find them in folders above and beside", () => {
    const script = linked({
      "scripts/a/one.js": `import "../b/two.js";`,
      "scripts/b/two.js": `import "./three.js";`,
      "scripts/b/three.js": "",
    });
    for (const [from, to] of [
      ["scripts/a/one.js", "scripts/b/two.js"],
      ["scripts/b/two.js", "scripts/b/three.js"],
    ] as const)
      expect(posix.join(posix.dirname(from), importOf(script(from).text))).toBe(script(to).path);
  });

  test.each([
    `/** @import { X } from "./x.js" */`,
    ` * @typedef {import("./x.js").X} X`,
    `const text = 'import "./x.js"';`,
    `// import "./x.js";`,
    `export const file = "./x.js";`,
    `import x from "elsewhere";`,
  ])("are left as they are where they import no file: %s", (text) => {
    expect(linked({ "scripts/page.js": text })("scripts/page.js").text).toBe(text);
  });

  test("get another address when anything below them changes, and no other does", () => {
    const sources = (deepest: string) => ({
      "scripts/page.js": `import "./page/x.js";`,
      "scripts/page/x.js": `import "./y.js";`,
      "scripts/page/y.js": deepest,
      "scripts/other.js": "other",
    });
    const [before, after] = [linked(sources("1")), linked(sources("2"))];
    for (const name of ["scripts/page.js", "scripts/page/x.js", "scripts/page/y.js"])
      expect(after(name).path).not.toBe(before(name).path);
    expect(after("scripts/other.js").path).toBe(before("scripts/other.js").path);
  });

  test("stop the start when they import each other or themselves", () => {
    const round = { "scripts/a.js": `import "./b.js";`, "scripts/b.js": `import "./a.js";` };
    expect(() => linked(round)).toThrow("scripts/a.js → scripts/b.js → scripts/a.js");
    expect(() => linked({ "scripts/a.js": `import "./a.js";` })).toThrow(
      "scripts/a.js → scripts/a.js",
    );
  });

  test("stop the start when one is missing", () => {
    expect(() => linked({ "scripts/a.js": `import "./b.js";` })).toThrow(
      "scripts/a.js → scripts/b.js",
    );
  });
});

test("every script imports files that are served", async () => {
  const { byPath, url } = await loadAssets("/assets");
  expect(url("scripts/upload.js")).toMatch(/^\/assets\/scripts\/upload\.[\w-]{12}\.js$/);
  expect(() => url("scripts/nothing.js")).toThrow("scripts/nothing.js");
  let imports = 0;
  for (const { path, bytes } of byPath.values()) {
    if (!path.endsWith(".js")) continue;
    for (const [, file = ""] of bytes.toString().matchAll(/^[^*\n]*from "(\.[^"]+)";$/gm)) {
      imports += 1;
      expect(byPath.keys()).toContain(posix.join(posix.dirname(path), file));
    }
  }
  expect(imports).toBeGreaterThan(10);
});
