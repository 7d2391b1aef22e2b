import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as web from "@tendril/web/config";
import * as worker from "@tendril/worker/config";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

import { ROOT } from "./apps/places.ts";
import { ensurePrograms, programPath } from "./programs/programs.ts";

const read = (name: string) => readFileSync(join(ROOT, name), "utf8");
const scratch = mkdtempSync(join(tmpdir(), "tendril-docker-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const service = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string().nullable()).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
});
const { services } = z
  .object({ services: z.record(z.string(), service) })
  .parse(parse(read("compose.yaml"), { merge: true }));
const dockerfile = read("Dockerfile");
const instructions = (name: string) =>
  [...dockerfile.matchAll(new RegExp(`^${name} (.+)$`, "gm"))].map(([, rest = ""]) => rest);
const ours = Object.entries(services).filter(([, { image }]) => image.startsWith("tendril-"));

/** What somebody writes into `.env`, who answers what compose.yaml demands and no more. */
const answers: Record<string, string> = {
  RDS_PASSWORD: "a-password",
  AWS_REGION: "eu-central-1",
  PHOTO_BUCKET: "photos",
  CDN_BASE_URL: "https://cdn.example",
  TOKEN_SECRETS: "0123456789abcdef0123456789abcdef",
  SESSION_SECRETS: "fedcba9876543210fedcba9876543210",
  MAIL_FROM: "news@tendril.example",
  MAIL_FROM_ESSENTIAL: "account@tendril.example",
};

function environmentOf(name: string): Record<string, string> {
  const asked = new Set<string>();
  const filled = Object.entries(services[name]?.environment ?? {}).map(
    ([variable, value]): [string, string] => [
      variable,
      (value ?? "").replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, asking: string, kind, other) => {
        if (kind === "?") asked.add(asking);
        return answers[asking] ?? (kind === "-" ? other : "");
      }),
    ],
  );
  expect([...asked].filter((asking) => !(asking in answers))).toEqual([]);
  return Object.fromEntries(filled);
}

test("each tier can be configured by what compose.yaml demands, and is given nothing that it does not read", () => {
  for (const [name, tier, readers] of [
    ["web-1", web, web.webVariables],
    ["web-2", web, web.webVariables],
    ["migrate", web, web.webVariables],
    ["worker", worker, worker.workerVariables],
  ] as const) {
    const environment = environmentOf(name);
    expect(tier.readConfig({ PORT: "8080", ...environment })).toMatchObject({ port: 8080 });
    const unread = Object.keys(environment).filter(
      (variable) => !(variable in readers) && !variable.startsWith("AWS_"),
    );
    expect(unread).toEqual([]);
  }
});

test("ours run without a right, on files that nobody can change, and what they run is there", () => {
  expect(ours.map(([name]) => name)).toEqual(["migrate", "web-1", "web-2", "worker", "clock"]);
  for (const [, { image, command, ...rest }] of ours) {
    expect(rest).toMatchObject({
      read_only: true,
      tmpfs: [expect.stringMatching(/^\/tmp:/)],
      cap_drop: ["ALL"],
      stop_grace_period: "30s",
    });
    const [program, script] = command ?? ["node", "src/main.js"];
    const source = join(ROOT, "apps", image.slice("tendril-".length), script ?? "");
    expect({ program, there: existsSync(source.replace(/\.js$/, ".ts")) }).toEqual({
      program: "node",
      there: true,
    });
  }
});

test("whoever is waited for can become what is waited for", () => {
  const hasCheck = (name: string) =>
    "healthcheck" in (services[name] ?? {}) || services[name]?.image.startsWith("tendril-");
  const waits = Object.values(services).flatMap(({ depends_on = {} }) =>
    Object.entries(depends_on),
  );
  const [checked, others] = [
    waits.filter(([, { condition }]) => condition === "service_healthy"),
    waits.filter(([, { condition }]) => condition !== "service_healthy"),
  ];
  expect(checked.filter(([name]) => !hasCheck(name))).toEqual([]);
  expect(new Set(others.map(([name]) => name))).toEqual(new Set(["migrate"]));
});

test("the images have the project's Node, the bundle's command and port, and no root", () => {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(read("node_modules/node/package.json")));
  const [base] = instructions("FROM").filter((from) => from.startsWith("node:"));
  expect(base).toMatch(new RegExp(`^node:${version.split(".")[0]}-.*slim AS node$`));
  expect(instructions("CMD")).toEqual(['["node", "src/main.js"]']);
  expect(instructions("USER")).toEqual(["node"]);
  expect(instructions("EXPOSE")).toEqual(["8080"]);
  expect(instructions("ENV")[0]).toContain("PORT=8080");
  expect(read("docker/nginx.conf").match(/server web-\d:8080 /g)).toHaveLength(2);
});

test("what the images copy is let through to them, and is the bundles and their unpacking alone", () => {
  const copied = instructions("COPY")
    .filter((line) => !line.startsWith("--from"))
    .map((line) => line.replace(/^--\S+ /, "").split(" ")[0] ?? "");
  const letThrough = read(".dockerignore").match(/^!.+$/gm) ?? [];
  expect([...new Set(copied)].toSorted()).toEqual(
    letThrough.map((line) => line.slice(1)).toSorted(),
  );
  expect(existsSync(join(ROOT, "docker/unpack.sh"))).toBe(true);
});

test("nginx takes the configuration of the front", { timeout: 120_000 }, async () => {
  await ensurePrograms(["nginx"], () => {});
  const site = read("docker/nginx.conf").replace(/web-\d:/g, "127.0.0.1:");
  writeFileSync(join(scratch, "site.conf"), site);
  const whole = `pid ${scratch}/pid; error_log stderr;\nevents {}\nhttp { access_log off; include ${scratch}/site.conf; }\n`;
  writeFileSync(join(scratch, "nginx.conf"), whole);
  const args = ["-t", "-q", "-p", scratch, "-c", join(scratch, "nginx.conf")];
  execFileSync(programPath("nginx"), args, { stdio: "pipe" });
});
