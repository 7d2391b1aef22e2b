import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

import { afterAll, beforeAll, expect, test } from "vitest";

import { startTestEnv, type TestEnv } from "../src/index.ts";
import { ROOT } from "../src/apps/places.ts";

let env: TestEnv;
beforeAll(async () => {
  env = await startTestEnv({ tiers: ["web"] });
});
afterAll(() => env?.[Symbol.asyncDispose]());

type Call = { variables?: Record<string, string>; input?: string };

/** As an operator calls it: a process with these settings. */
async function call(script: string, args: string[], { variables = {}, input = "" }: Call = {}) {
  const child = spawn(process.execPath, [`${ROOT}${script}`, ...args], {
    env: { PATH: process.env["PATH"], ...variables },
  });
  child.stdin.end(input);
  const [[code], out, err] = await Promise.all([
    once(child, "close"),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, out, err };
}
const web = "apps/web/src/doctor.ts";
const both = "packages/dev-env/src/cli/doctor.ts";

test("ends with 0 where all is well, and with 1 where something is wrong", async () => {
  const well = await call(web, [], { variables: env.environment });
  expect(well).toMatchObject({ code: 0, err: "", out: expect.stringMatching(/^✓ database/m) });
  const ill = await call(web, [], { variables: { ...env.environment, RDS_PASSWORD: "not-it" } });
  expect(ill.code).toBe(1);
  expect(ill.out).toMatch(/^✗ database .*\n {4}→ RDS_USERNAME or RDS_PASSWORD/m);
  expect(ill.out).not.toContain("not-it");
});

test("takes what the platform's get-config prints, and says it as JSON", async () => {
  const input = JSON.stringify(env.environment);
  const { code, out } = await call("apps/worker/src/doctor.ts", ["--settings", "-", "--json"], {
    input,
  });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    well: true,
    tiers: [{ tier: "worker", findings: expect.any(Array) }],
  });
});

test("from the root: both tiers, one, or the one that npm start runs", async () => {
  const input = Object.entries(env.environment)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join("");
  const all = await call(both, ["--settings", "-"], { input });
  expect(all).toMatchObject({
    code: 0,
    out: expect.stringMatching(/The web tier.*The worker tier/s),
  });
  const one = await call(both, ["--settings", "-", "--tier", "worker"], { input });
  expect(one.out).not.toContain("The web tier");
  const variables = { DATA_DIR: "/no/such/folder" };
  expect(await call(both, ["--local"], { variables })).toMatchObject({
    code: 2,
    err: expect.stringMatching(/No system runs with \/no\/such\/folder/),
  });
});

test.each([
  [both, ["--tier", "all"], /web, worker or both/],
  [both, ["--local", "--settings", "x"], /exclude each other/],
  [both, ["--verbose"], /--verbose/],
  [web, ["--tier", "web"], /--tier/],
  [web, ["--settings", "/no/such"], /ENOENT/],
])("%s %j is wrong use: 2", async (script, args, words) => {
  const { code, out, err } = await call(script, args);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(words);
  expect(err).toMatch(/--help/);
});

test("--help", async () => {
  for (const script of [both, web])
    expect(await call(script, ["--help"])).toMatchObject({
      code: 0,
      out: expect.stringContaining("--settings FILE"),
    });
});
