import { request as send } from "node:http";

import { afterAll, describe, expect, it } from "vitest";

import { instanceView, playFleet, served } from "../../testing/played-fleet.ts";
import { openFleetPage } from "./server.ts";

const played = playFleet({
  tiers: {
    web: {
      desired: 2,
      instances: [
        instanceView({ name: "web-1", latencyMs: 1_500 }),
        instanceView({ name: "<web>" }),
        instanceView({ name: "web-3", state: "launching" }),
      ],
    },
    worker: { desired: 0, instances: [] },
  },
  served: [served({ path: '/"><script>alert(1)</script>' })],
});
const page = await openFleetPage({
  fleet: played.fleet,
  clock: { now: () => new Date("2026-11-21T08:00:00Z") },
});
afterAll(() => page[Symbol.asyncDispose]());

type Sent = { status: number; headers: Record<string, unknown>; body: string };
/** As a browser would, or as somebody who plays one: with headers that fetch does not let through. */
function ask(path: string, method = "GET", headers: Record<string, string> = {}, body = "") {
  const { promise, resolve, reject } = Promise.withResolvers<Sent>();
  const form = body === "" ? {} : { "content-type": "application/x-www-form-urlencoded" };
  const request = send(
    new URL(path, page.url),
    { method, headers: { ...form, ...headers } },
    (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => (text += chunk));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
      );
    },
  );
  request.on("error", reject).end(body);
  return promise;
}
const sameOrigin = { "sec-fetch-site": "same-origin" };

it("shows the fleet, with what others wrote escaped", async () => {
  const { status, body, headers } = await ask("/");
  expect(status).toBe(200);
  expect(body).toContain("web-1");
  expect(body).toContain("&lt;web&gt;");
  expect(body).not.toContain("<script>alert");
  expect(body).toContain("/instances/web-1/kill");
  // Of one that is not there yet there is nothing to kill.
  expect(body).not.toContain("/instances/web-3/kill");
  expect(headers["content-security-policy"]).toContain("script-src 'self'");
});

it("has all that it names", async () => {
  const { body } = await ask("/");
  const named = [...body.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path = ""]) => path);
  expect(named.length).toBeGreaterThan(10);
  for (const path of [...named, "/assets/morph.js", "/assets/flights.js"])
    expect([path, (await ask(path)).status]).toEqual([path, 200]);
});

it("gives nothing else away", async () => {
  for (const path of ["/assets/..%2fserver.ts", "/assets/server.ts", "/package.json"])
    expect((await ask(path)).status).toBe(404);
});

describe("buttons", () => {
  it.each([
    ["/instances/web-1/kill", "", ["kill", "web-1"]],
    ["/instances/web-1/latency", "seconds=3", ["setLatency", "web-1", 3_000]],
    ["/dependencies/redis/break", "", ["breakDependency", "redis"]],
    ["/dependencies/redis/mend", "", ["mendDependency", "redis"]],
    ["/visitors", "perSecond=6", ["setVisitors", 6]],
  ])("%s %s", async (path, fields, asked) => {
    const { status, headers } = await ask(path, "POST", sameOrigin, fields);
    expect([status, headers["location"]]).toEqual([303, "/"]);
    expect(played.asked.at(-1)).toEqual(asked);
  });

  it.each([
    ["/instances/web-9/kill", "", 404],
    ["/instances/web-1/latency", "seconds=6", 422],
    ["/instances/web-1/latency", "seconds=soon", 422],
    ["/dependencies/moon/break", "", 404],
    ["/visitors", "perSecond=-1", 422],
    ["/elsewhere", "", 404],
  ])("%s %s is refused with %i and a message", async (path, fields, status) => {
    const before = played.asked.length;
    const answer = await ask(path, "POST", { ...sameOrigin, accept: "application/json" }, fields);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ message: expect.stringMatching(/\w/) });
    expect(played.asked).toHaveLength(before);
  });

  it("act for this page alone", async () => {
    const before = played.asked.length;
    const foreign: Record<string, string>[] = [
      {},
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "none" },
      { origin: "http://localhost:1" },
      { origin: "null" },
    ];
    for (const headers of foreign)
      expect((await ask("/instances/web-1/kill", "POST", headers)).status).toBe(403);
    expect(played.asked).toHaveLength(before);
    const old = { origin: page.url };
    expect((await ask("/instances/web-1/kill", "POST", old)).status).toBe(303);
  });

  it("answer to no other name of this machine", async () => {
    const host = `gallery.example:${new URL(page.url).port}`;
    for (const method of ["GET", "POST"])
      expect((await ask("/", method, { ...sameOrigin, host })).status).toBe(421);
  });
});

it("tells open pages what changes, and who answered", async () => {
  const stop = new AbortController();
  const response = await fetch(new URL("/events", page.url), { signal: stop.signal });
  const reader = (response.body ?? new ReadableStream<Uint8Array>()).pipeThrough(
    new TextDecoderStream(),
  );
  let heard = "";
  const reading = (async () => {
    for await (const chunk of reader) heard += chunk;
  })().catch(() => {});
  await expect.poll(() => heard).toContain('"id":"web-instances"');
  played.show({ sessions: 4711 });
  await expect.poll(() => heard).toContain("4711");
  played.emit({ kind: "served", at: new Date(), served: served({ instance: "web-2" }) });
  await expect.poll(() => heard).toContain('"instance":"web-2"');
  // What did not change is not sent again.
  expect(heard.split('"id":"queues"')).toHaveLength(2);
  stop.abort();
  await reading;
});
