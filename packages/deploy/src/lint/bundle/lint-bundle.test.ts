import { createWriteStream, mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import { expect, test } from "vitest";
import { ZipFile } from "yazl";

import { describeFinding } from "../finding.ts";
import { lintBundle } from "./lint-bundle.ts";

/** An ELF file as far as anybody looks into it here. */
function elf(machine: number, ...versions: string[]): Buffer {
  const header = Buffer.alloc(20);
  header.write("\x7fELF\x02\x01", "latin1");
  header.writeUInt16LE(machine, 18);
  return Buffer.concat([header, Buffer.from(`\0${versions.join("\0")}\0`)]);
}
const arm64 = 183;
const x86 = 62;

type Content = string | Buffer;
const module = "node_modules/sharp/lib/sharp.node";

const whole: Record<string, Content> = {
  "package.json": "{}",
  "release.json": '{"commit": "abc", "architecture": "arm64", "tier": "worker"}',
  Procfile: "web: node src/main.js\n",
  "cron.yaml": "version: 1\n",
  "tendril-ops": "#!/bin/bash\nexec node node_modules/@tendril/ops/src/main.js\n",
  "node_modules/@tendril/ops/src/main.js": "",
  "src/main.js":
    'import "node:fs";\nimport "./start.js";\nimport "sharp";\nimport "@tendril/jobs";\n',
  "src/start.js": "",
  "certificates/rds.pem": "",
  "node_modules/sharp/package.json": "{}",
  [module]: elf(arm64, "GLIBC_2.17", "GLIBC_2.28", "GLIBCXX_3.4.21"),
  "node_modules/@tendril/jobs/src/index.js": 'import "../src/outbox.js";',
  "node_modules/@tendril/jobs/src/outbox.js": "",
  ".ebextensions/01.config":
    "option_settings:\n  - {option_name: RDS_CA, value: certificates/rds.pem}\n" +
    "container_commands:\n  a:\n    command: node src/main.js\n",
  ".platform/hooks/predeploy/a.sh": "#!/bin/bash\n",
};

type Change = { content?: Content | null; mode?: number };

/** `null` leaves a file out. */
async function lint(changes: Record<string, Change>): Promise<string[]> {
  using scratch = mkdtempDisposableSync(join(tmpdir(), "tendril-bundle-lint-"));
  const zip = new ZipFile();
  for (const name of new Set([...Object.keys(whole), ...Object.keys(changes)])) {
    const { content = whole[name], mode = 0o100755 } = changes[name] ?? {};
    if (content !== null) zip.addBuffer(Buffer.from(content ?? ""), name, { mode });
  }
  zip.end();
  const path = join(scratch.path, "worker.zip");
  await pipeline(zip.outputStream, createWriteStream(path));
  return (await lintBundle(path, "worker.zip")).map(describeFinding);
}

test("a whole one is clean", async () => {
  expect(await lint({})).toEqual([]);
});

test.each<[string, Change, RegExp]>([
  [module, { content: elf(x86) }, /sharp\.node:1: it is not made for arm64: .*--arch arm64/],
  [module, { content: "MZ" }, /not made for Linux/],
  [
    module,
    { content: elf(arm64, "GLIBC_2.4", "GLIBC_2.38", "GLIBC_2.9") },
    /GLIBC 2\.38, and there is 2\.34/,
  ],
  [module, { content: elf(arm64, "GLIBCXX_3.4.32") }, /GLIBCXX 3\.4\.32, and there is 3\.4\.29/],
  [module, { content: elf(arm64, "libc.musl-aarch64.so.1") }, /it needs musl/],
  [
    "release.json",
    { content: '{"architecture": "m68k"}' },
    /release\.json:1: it names no architecture/,
  ],
  ["node_modules/x/index.d.ts", { content: "" }, /index\.d\.ts:1: only development needs it/],
  ["node_modules/typescript/lib/tsc.js", { content: "" }, /only development needs it/],
  [".env", { content: "" }, /only development needs it/],
  [
    "node_modules/sharp/link",
    { content: "../x", mode: 0o120777 },
    /link:1: a link: copy what it points to/,
  ],
  ["Procfile", { content: null }, /Procfile:1: it is missing/],
  ["cron.yaml", { content: null }, /cron\.yaml:1: it is missing/],
  ["tendril-ops", { content: null }, /tendril-ops:1: it is missing/],
  [
    "node_modules/@tendril/ops/src/main.js",
    { content: null },
    /tendril-ops:1: it starts node_modules\/@tendril\/ops\/src\/main\.js, which is not here/,
  ],
  ["Procfile", { content: "worker: node src/main.js\n" }, /there is no process web/],
  [
    "Procfile",
    { content: "web: node src/main.ts\n" },
    /it starts src\/main\.ts, which is not here/,
  ],
  [
    "Procfile",
    { content: "web: node src/main.js\nnode x\n" },
    /Procfile:2: a line without a process/,
  ],
  ["src/start.js", { content: null }, /main\.js:2: \.\/start\.js is not in the bundle/],
  [
    "src/start.js",
    { content: 'import "express";' },
    /express is not in the bundle: add the dependency/,
  ],
  [
    "certificates/rds.pem",
    { content: null },
    /01\.config:2: certificates\/rds\.pem is not in the bundle/,
  ],
  [".ebextensions/web/02.config", { content: "{}" }, /looks into no folder of \.ebextensions/],
  [".platform/hooks/predeploy/a.sh", { mode: 0o100644 }, /the hook cannot be executed/],
])("%s as %j is found", async (name, change, says) => {
  expect(await lint({ [name]: change })).toContainEqual(expect.stringMatching(says));
});
