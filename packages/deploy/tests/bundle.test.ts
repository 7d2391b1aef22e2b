import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { init, parse } from "es-module-lexer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { buildBundle, tiers, unzip, type Bundle } from "../src/index.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "tendril-bundle-test-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const build = (tier: (typeof tiers)[number], target: string) =>
  buildBundle({ root, tier, architecture: "arm64", target: join(scratch, target) });

describe.each(tiers)("the bundle of %s", (tier) => {
  const folder = join(scratch, tier);
  let bundle: Bundle;
  beforeAll(async () => {
    bundle = await build(tier, `${tier}.zip`);
    await unzip(bundle.target, folder);
  }, 120_000);
  const files = () =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
      (name) => !lstatSync(join(folder, name)).isDirectory(),
    );

  test("is far below what Elastic Beanstalk takes", () => {
    expect(bundle.zipped).toBeLessThan(60e6);
  });

  test("holds real files alone, and nothing that only development needs", () => {
    const odd = files().filter(
      (name) =>
        lstatSync(join(folder, name)).isSymbolicLink() ||
        /\.(ts|mts|cts|map)$|(^|\/)\.(bin|pnpm)|node_modules\/(typescript|vitest|@types)\//.test(
          name,
        ),
    );
    expect(odd).toEqual([]);
  });

  test("has what its code imports, and starts as the Procfile says", async () => {
    await init;
    const ours = files().filter(
      (name) => /^(src|node_modules\/@tendril)\//.test(name) && name.endsWith(".js"),
    );
    expect(ours.length).toBeGreaterThan(50);
    const missing = ours.flatMap((name) =>
      parse(readFileSync(join(folder, name), "utf8"))[0].flatMap((imported) => {
        if (imported.type === "import-meta" || imported.specifier === undefined) return [];
        const { specifier } = imported;
        if (specifier.startsWith("node:")) return [];
        const parts = specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1);
        const target = specifier.startsWith(".")
          ? resolve(folder, dirname(name), specifier)
          : join(folder, "node_modules", ...parts);
        return existsSync(target) ? [] : [`${name}: ${specifier}`];
      }),
    );
    expect(missing).toEqual([]);
    expect(readFileSync(join(folder, "Procfile"), "utf8")).toBe("web: node src/main.js\n");
    expect(existsSync(join(folder, "src/main.js"))).toBe(true);
  });

  test("is made for the instances' architecture", () => {
    const native = files().filter((name) => /\.node$|\.so(\.|$)/.test(name));
    expect(native).not.toEqual([]);
    // Byte 18 of an ELF file names the machine: 183 is AArch64.
    expect(native.map((name) => readFileSync(join(folder, name)).readUInt16LE(18))).toEqual(
      native.map(() => 183),
    );
  });

  test("says which commit it is made of", () => {
    const release: unknown = JSON.parse(readFileSync(join(folder, "release.json"), "utf8"));
    expect(release).toMatchObject({ ...bundle.release, tier, architecture: "arm64" });
  });
});

test("two builds of one commit are the same, byte for byte", async () => {
  await build("web", "again.zip");
  const [first, second] = ["web.zip", "again.zip"].map((name) => readFileSync(join(scratch, name)));
  expect(second?.equals(first ?? Buffer.alloc(0))).toBe(true);
}, 120_000);
