import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { publish } from "./_photos.ts";

let env: TestEnv;
let anna: Client;
let slug = "";
let styleSheet = "";

beforeAll(async () => {
  env = await startTestEnv();
  anna = env.client();
  await anna.signUp("anna");
  slug = await publish(anna);
  styleSheet = /<link rel="stylesheet" href="([^"]+)"/.exec((await anna.get("/")).text)?.[1] ?? "";
});
afterAll(() => env?.[Symbol.asyncDispose]());

const place = (path: string) => path.replace(":slug", slug).replace(":style", styleSheet);
const head = (path: string) => fetch(env.url + path, { method: "HEAD", redirect: "manual" });

describe("every answer has the headers that protect its reader", () => {
  test.each([
    ["GET", "/", 200],
    ["GET", "/?before=x", 400],
    ["GET", "/@anna", 200],
    ["GET", "/feed.atom", 200],
    ["GET", "/@nobody", 404],
    ["GET", "/@j%C3%BCrgen", 404],
    ["GET", "/photos/:slug", 200],
    ["GET", "/photos/:slug/tile", 200],
    ["GET", "/photos/none", 404],
    ["GET", "/photos/%F0%9F%8C%BF", 404],
    ["GET", "/photos/%E0%A4%A", 400],
    ["GET", "/photos/:slug/original", 303],
    ["GET", "/sign-up", 200],
    ["GET", "/sign-in", 200],
    ["GET", "/forgot-password", 200],
    ["GET", "/reset-password", 200],
    ["GET", "/verify-email", 200],
    ["GET", "/change-email", 200],
    ["POST", "/change-email", 422],
    ["GET", "/upload", 303],
    ["POST", "/upload", 303],
    ["GET", "/api/uploads/events", 401],
    ["GET", "/api/photos/:slug/status", 401],
    ["POST", "/api/uploads", 401],
    ["POST", "/sign-up", 422],
    ["POST", "/sign-in", 422],
    ["POST", "/sign-out", 303],
    ["POST", "/photos/:slug/edit", 303],
    ["POST", "/photos/:slug/delete", 303],
    ["GET", "/photos/:slug/comments", 200],
    ["POST", "/photos/:slug/comments", 303],
    ["POST", "/photos/:slug/like", 303],
    ["POST", "/comments/1/delete", 303],
    ["POST", "/@gina/follow", 303],
    ["GET", "/following", 303],
    ["GET", "/robots.txt", 200],
    ["GET", ":style", 200],
    ["GET", "/manifest.webmanifest", 200],
    ["GET", "/favicon.ico", 302],
    ["GET", "/nothing/here", 404],
    ["GET", "/health", 200],
    ["GET", "/health/ready", 200],
  ] as const)("%s %s: %i", async (method, path, status) => {
    const visitor = env.client();
    const answer = await (method === "GET" ? visitor.get(place(path)) : visitor.post(place(path)));
    expect(answer.status).toBe(status);

    const policy = new Map(
      (answer.headers.get("content-security-policy") ?? "").split(";").map((directive) => {
        const [name = "", ...sources] = directive.trim().split(" ");
        return [name, sources.join(" ")];
      }),
    );
    expect(Object.fromEntries(policy)).toMatchObject({
      "default-src": "'none'",
      "script-src": "'self'",
      "style-src": "'self'",
      "base-uri": "'none'",
      "form-action": "'self'",
      "frame-ancestors": "'none'",
    });
    expect(policy.get("connect-src")).toBe(
      `'self' ${new URL(env.space.environment["AWS_ENDPOINT_URL_S3"] ?? "").origin}`,
    );
    expect([...policy.values()].join(" ")).not.toMatch(/unsafe|\*|https?:(?!\/\/)/);
    const cdn = new URL(env.space.cdn.url).origin;
    expect(policy.get("img-src")).toBe(`'self' data: blob: ${cdn}`);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "x-served-by": "web-1",
      "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(answer.headers.get("x-powered-by")).toBeNull();
    expect(answer.headers.get("strict-transport-security")).toBeNull();
  });
});

describe("what may be kept", () => {
  test("is each asset, for ever, as its address changes with it", async () => {
    const pages = await Promise.all(
      ["/", "/sign-up", `/photos/${slug}`].map((path) => anna.get(path)),
    );
    const assets = new Set(pages.flatMap(({ text }) => text.match(/\/assets\/[^"]+/g) ?? []));
    expect(assets.size).toBeGreaterThanOrEqual(4);
    for (const path of assets) {
      expect(path).toMatch(/\/[\w-]+\.[\w-]{12}\.(css|js|svg|png)$/);
      const asset = await env.client().get(path);
      expect([path, asset.status]).toEqual([path, 200]);
      expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(asset.headers.getSetCookie()).toEqual([]);
    }
    expect((await head(styleSheet)).headers.get("content-type")).toBe("text/css; charset=utf-8");
  });

  test("is nothing under an asset's address with another hash", async () => {
    const answer = await env.client().get(styleSheet.replace(/\.[\w-]{12}\./, ".aaaaaaaaaaaa."));
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([404, "no-store"]);
  });

  test("is no page of a person by anybody else", async () => {
    const kept = async (client: Client, path: string) =>
      (await client.get(path)).headers.get("cache-control");
    expect(await kept(anna, "/")).toBe("private, no-cache");
    expect(await kept(env.client(), "/")).toBe("no-cache");
    expect((await env.client().get("/")).headers.get("vary")).toContain("Cookie");
    expect(await kept(anna, `/photos/${slug}/original`)).toBe("private, no-store");
    expect(await kept(anna, `/api/photos/${slug}/status`)).toBe("private, no-store");
  });
});

describe("what is not there", () => {
  test.each(["text/html,application/xhtml+xml,*/*;q=0.8", "*/*", ""])(
    "is a page with a way back for %j",
    async (accept) => {
      const page = await env.client().get("/nothing/here", { accept });
      expect(page.status).toBe(404);
      expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(page.text).toContain("Nothing here");
      expect(page.text).toContain(page.headers.get("x-request-id"));
      expect(page.text).toContain('href="/">Back to the gallery');
    },
  );

  test.each([
    ["/nothing/here", "application/json"],
    ["/photos/none", "application/json, text/html;q=0.5"],
    ["/api/nothing", "*/*"],
  ])("is JSON at %s for %j", async (path, accept) => {
    const answer = await env.client().get(path, { accept });
    expect(answer.status).toBe(404);
    expect(answer.json()).toEqual({
      error: { code: "not-found", message: expect.any(String) },
      requestId: answer.headers.get("x-request-id"),
    });
  });
});

describe("whoever asks for the head alone, or for health", () => {
  test.each(["/", "/@anna", "/photos/:slug", "/sign-in", "/health", "/health/ready"])(
    "gets the head of %s",
    async (path) => {
      const answer = await head(place(path));
      expect([answer.status, await answer.text()]).toEqual([200, ""]);
    },
  );

  test("is told of each dependency on this machine", async () => {
    const answer = await env.client().get("/health/ready", { accept: "application/json" });
    expect(answer.json()).toEqual({
      ready: true,
      release: { commit: "development", time: null },
      schema: "ok",
      database: "ok",
      redis: "ok",
    });
    expect((await env.client().get("/health/ready")).text).toBe("ok");
    expect((await env.client().get("/health")).headers.get("cache-control")).toBe("no-store");
  });
});
