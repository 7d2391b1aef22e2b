import { randomBytes } from "node:crypto";

import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { quadrants } from "../src/album/index.ts";
import { createClient, type Client } from "../src/client/client.ts";
import type { Level } from "../src/fleet/levels.ts";
import { type StartedFleet, startFleet } from "../src/fleet/start-fleet.ts";
import { builtBundle } from "../src/platform/index.ts";
import { freePort } from "../src/process/ports.ts";
import { watchJobs } from "../src/testing/drain.ts";
import { until } from "../src/wait.ts";

const stack = new AsyncDisposableStack();
let fleets: Readonly<Record<1 | 2, StartedFleet>>;

beforeAll(async () => {
  const [first, second] = await Promise.all([start(1), start(2)]);
  fleets = { 1: first, 2: second };
}, 300_000);
afterAll(() => stack.disposeAsync(), 120_000);

async function start(level: Level): Promise<StartedFleet> {
  const servers = inject("servers");
  const [web, worker] = await Promise.all([
    builtBundle(servers, "web"),
    builtBundle(servers, "worker"),
  ]);
  const name = `t${randomBytes(6).toString("hex")}`;
  const port = await freePort();
  const bundles = { web, worker };
  return stack.use(await startFleet({ servers, bundles, level, port, name, timeLapse: 60 }));
}

/** Who serves the front page, and whether it knows the visitor: one request after the other. */
async function look(person: Client, times: number) {
  const looks: { by: string | null; signedIn: boolean }[] = [];
  for (let count = 0; count < times; count++) {
    const page = await person.get("/");
    expect(page.status).toBe(200);
    looks.push({
      by: page.headers.get("x-served-by"),
      signedIn: page.text.includes('action="/sign-out"'),
    });
  }
  return looks;
}

test("level 1: a sign-in holds on the server that it was made on, and comes and goes", async () => {
  const ida = createClient(fleets[1].url);
  await ida.signUp("ida");
  const looks = await look(ida, 8);
  const known = new Set(looks.filter(({ signedIn }) => signedIn).map(({ by }) => by));
  const unknown = new Set(looks.filter(({ signedIn }) => !signedIn).map(({ by }) => by));
  expect([known.size, unknown.size]).toEqual([1, 1]);
  expect(known).not.toEqual(unknown);
  const { served } = await fleets[1].snapshot();
  expect(new Set(served.map(({ session }) => session?.known))).toEqual(
    new Set([true, false, undefined]),
  );
});

test("level 1: a photo is there on the server that took it, and nowhere else", async () => {
  const [door = "", other = ""] = fleets[1].doors();
  const owner = createClient(door);
  await owner.signUp("jon");
  const content = new Uint8Array(await quadrants({ width: 60, height: 40 }).jpeg().toBuffer());
  const sent = await owner.postMultipart("/upload", { form_token: "reeds-on-one", alt: "Reeds" }, [
    { field: "photos", name: "reeds.jpg", content, type: "image/jpeg" },
  ]);
  expect(sent.status).toBe(303);
  await using jobs = watchJobs(inject("servers"), fleets[1].space.name);
  await jobs.drain(60_000);
  const statusOnPageOf = async (url: string) => {
    const { text } = await createClient(url).get("/");
    const [, source] = /<img class="tile__image" src="([^"]+)"/.exec(text) ?? [];
    return source === undefined ? undefined : (await fetch(source)).status;
  };
  await expect.poll(() => statusOnPageOf(door)).toBe(200);
  await expect.poll(() => statusOnPageOf(other)).toBe(403);
  const { photos } = await fleets[1].snapshot();
  expect(photos.map(({ kept, all }) => `${kept} of ${all}`)).toEqual(["1 of 1", "0 of 1"]);
});

test("level 2: sessions are shared, so neither the other server nor a death signs anybody out", async () => {
  const fleet = fleets[2];
  const ida = createClient(fleet.url);
  await ida.signUp("ida");
  const before = await look(ida, 8);
  expect(new Set(before.map(({ by }) => by))).toEqual(new Set(["web-1", "web-2"]));
  expect(before.every(({ signedIn }) => signedIn)).toBe(true);

  await fleet.kill("web-1");
  const after = await look(ida, 8);
  expect(new Set(after.map(({ by }) => by))).toEqual(new Set(["web-2"]));
  expect(after.every(({ signedIn }) => signedIn)).toBe(true);

  const replaced = async () => {
    const { instances } = (await fleet.snapshot()).tiers.web;
    const states = Object.fromEntries(instances.map(({ name, state }) => [name, state]));
    return states["web-1"] === "gone" && states["web-3"] === "serving" ? states : undefined;
  };
  await until(replaced, { timeout: 60_000, failure: () => "no other in the place of web-1" });
  const later = await look(ida, 8);
  expect(new Set(later.map(({ by }) => by))).toEqual(new Set(["web-2", "web-3"]));
  expect(later.every(({ signedIn }) => signedIn)).toBe(true);
}, 90_000);

test("what is broken is broken for all, and what a level does not have cannot be resized", async () => {
  const fleet = fleets[2];
  await fleet.breakDependency("redis");
  const page = await createClient(fleet.url).get("/");
  expect(page.status).toBe(200);
  const { dependencies } = await fleet.snapshot();
  expect(dependencies).toContainEqual({ name: "redis", state: "broken" });
  await fleet.mendDependency("redis");
  expect(() => fleet.resize("worker", 2)).toThrow("no size of its own");
});
