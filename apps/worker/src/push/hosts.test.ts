import { NotYetError, seconds } from "@tendril/runtime";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { createPushHosts, type Place, type PushHosts } from "./hosts.ts";

let hosts: PushHosts;

beforeEach(() => {
  vi.useFakeTimers();
  hosts = createPushHosts(() => Date.now());
});
afterEach(() => vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const enter = (host: string, count: number) =>
  Promise.all(Array.from({ length: count }, () => hosts.enter(host)));
/** How long a job is to stay away. */
const refused = async (entering: Promise<Place>) => {
  const thrown = entering.then(() => undefined).catch((error: unknown) => error);
  await pass(1_500);
  const error = await thrown;
  return error instanceof NotYetError ? error.retryAfter : null;
};

test("a host that hangs gets some places, and others still get theirs", async () => {
  const hanging = await enter("slow.example", 6);
  expect(await refused(hosts.enter("slow.example"))).toBeGreaterThan(2);
  const others = await enter("quick.example", 6);
  expect(await refused(hosts.enter("third.example"))).toBeGreaterThan(2);
  for (const place of [...hanging, ...others]) place.end("well");
  expect(await enter("slow.example", 6)).toHaveLength(6);
});

test("whoever finds no place waits a moment for one", async () => {
  const [first] = await enter("busy.example", 6);
  const waiting = hosts.enter("busy.example");
  await pass(500);
  first?.end("well");
  expect(await waiting).toBeDefined();
});

test("a host that fails again and again rests, longer each time, and is then asked by one alone", async () => {
  for (const place of await enter("ill.example", 3)) place.end("ill");
  const firstRest = (await refused(hosts.enter("ill.example"))) ?? 0;
  expect(firstRest).toBeGreaterThan(25);
  expect(firstRest).toBeLessThanOrEqual(45);
  expect(await enter("well.example", 1)).toHaveLength(1);

  await pass(seconds(30));
  const [probe] = await enter("ill.example", 1);
  expect(await refused(hosts.enter("ill.example"))).toBeGreaterThan(2);
  probe?.end("ill");
  expect(await refused(hosts.enter("ill.example"))).toBeGreaterThan(50);

  await pass(seconds(60));
  const [second] = await enter("ill.example", 1);
  second?.end("well");
  expect(await enter("ill.example", 6)).toHaveLength(6);
});

test("one failure among many says nothing", async () => {
  for (let turn = 0; turn < 10; turn++) {
    const [one, other] = await enter("some.example", 2);
    one?.end("ill");
    other?.end("well");
  }
  expect(await enter("some.example", 6)).toHaveLength(6);
});
