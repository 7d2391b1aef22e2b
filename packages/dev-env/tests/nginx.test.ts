import { request } from "node:http";
import { brotliCompressSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import { openNginx, statusFor } from "./_nginx.ts";

describe("nginx of the web tier", () => {
  test("compresses pages, and leaves as they are pictures and what the app has compressed", async () => {
    await using nginx = await openNginx("web", (req, res) => {
      res.setHeader("Content-Type", req.url === "/picture" ? "image/webp" : "text/html");
      // As the front page comes from the app.
      if (req.url === "/made")
        res.setHeader("Content-Encoding", "br").setHeader("ETag", '"made-br"');
      res.end(req.url === "/made" ? brotliCompressSync("x".repeat(5_000)) : "x".repeat(5_000));
    });
    const encoding = async (path: string) =>
      (await fetch(nginx.url + path)).headers.get("content-encoding");
    expect(await encoding("/")).toBe("gzip");
    expect(await encoding("/picture")).toBeNull();
    const made = await fetch(`${nginx.url}/made`);
    expect([made.headers.get("content-encoding"), made.headers.get("etag")]).toEqual([
      "br",
      '"made-br"',
    ]);
    expect(await made.text()).toBe("x".repeat(5_000));
  });

  test("tells the app who asks, and health what became of it", async () => {
    await using nginx = await openNginx("web", (req, res) => res.end(JSON.stringify(req.headers)));
    const asked = { "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https" };
    const seen: unknown = await (await fetch(`${nginx.url}/photos/x`, { headers: asked })).json();
    expect(seen).toMatchObject({
      host: "127.0.0.1",
      "x-forwarded-for": "203.0.113.9, 127.0.0.1",
      "x-forwarded-proto": "https",
    });
    await expect.poll(nginx.healthLog).toMatch(/^[\d.]+"\/photos\/x"200"[\d.]+"[\d.]+"203\.0/);
  });

  test("lets a form through as it comes, and nothing else that is large", async () => {
    let arrived = 0;
    await using nginx = await openNginx("web", (req, res) => {
      req.on("data", (chunk: Buffer) => (arrived += chunk.length));
      req.on("end", () => res.end("whole"));
    });
    const large = { method: "POST", body: Buffer.alloc(2 ** 21) };
    expect((await fetch(`${nginx.url}/settings`, large)).status).toBe(413);
    arrived = 0;

    const form = request(`${nginx.url}/upload`, { method: "POST" });
    form.write(Buffer.alloc(2 ** 21));
    await expect.poll(() => arrived).toBe(2 ** 21);
    const answered = new Promise<number | undefined>((resolve) =>
      form.once("response", (response) => resolve(response.resume().statusCode)),
    );
    form.end("and the rest");
    expect(await answered).toBe(200);
  });

  test.each(["/api/uploads/events", "/api/notifications/events"])(
    "hands each event of %s on at once",
    async (path) => {
      await using nginx = await openNginx("web", (_req, res) => {
        res.setHeader("Content-Type", "text/event-stream");
        res.write("data: 1\n\n");
      });
      const stop = new AbortController();
      const { body, headers } = await fetch(nginx.url + path, { signal: stop.signal });
      const first = await body?.getReader().read();
      expect(new TextDecoder().decode(first?.value)).toBe("data: 1\n\n");
      expect(headers.get("content-encoding")).toBeNull();
      stop.abort();
    },
  );

  test("keeps room for pages when very many people have event streams open", async () => {
    await using nginx = await openNginx("web", (req, res) => {
      if (!req.url?.endsWith("/events")) return res.end("a page");
      return res.setHeader("Content-Type", "text/event-stream").write("data: 1\n\n");
    });
    const stop = new AbortController();
    const open = () => fetch(`${nginx.url}/api/notifications/events`, { signal: stop.signal });
    const answers = await Promise.all(Array.from({ length: 401 }, open));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(400);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
    expect((await fetch(`${nginx.url}/health`)).status).toBe(200);
    stop.abort();
  });

  test("says in words that the app is starting", async () => {
    await using nginx = await openNginx("web", undefined);
    const response = await fetch(nginx.url);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await response.text()).toContain("Try again in a moment");
  });
});

test("nginx of the worker tier answers its own machine alone", async () => {
  await using nginx = await openNginx("worker", (_req, res) => res.end("taken"));
  expect(await statusFor(nginx.port, "/tasks/purge", "127.0.0.1")).toBe(200);
  for (const path of ["/tasks/purge", "/health", "/"])
    expect(await statusFor(nginx.port, path, "127.0.0.2")).toBe(403);
});
