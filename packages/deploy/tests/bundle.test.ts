import { X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  buildBundle,
  describeFinding,
  lintBundle,
  tiers,
  unzip,
  type Bundle,
} from "../src/index.ts";

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

  test("has nothing that the platform would stumble over", async () => {
    expect((await lintBundle(bundle.target, `${tier}.zip`)).map(describeFinding)).toEqual([]);
  });

  test("brings native modules and the authorities of RDS along", () => {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    expect(files.filter((name) => name.endsWith(".node"))).not.toEqual([]);
    const authorities = readFileSync(join(folder, "certificates/rds.pem"), "utf8");
    const names = authorities.split(/(?<=-----END CERTIFICATE-----\n)/).map((pem) => {
      const { subject, validToDate } = new X509Certificate(pem);
      expect(validToDate > new Date(bundle.release.time)).toBe(true);
      return subject;
    });
    expect(names).toContainEqual(expect.stringContaining("RDS eu-west-1 Root CA RSA2048 G1"));
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
