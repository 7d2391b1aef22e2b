import { randomBytes } from "node:crypto";

import { inject, expect, test } from "vitest";

import { faults } from "../src/failover/faults.ts";
import { openGround } from "../src/failover/ground.ts";
import { lineOf } from "../src/failover/report.ts";
import { createStrikes } from "../src/failover/strike.ts";
import { builtBundle } from "../src/platform/index.ts";

/** The worker first: its lease runs out while the others take their time. */
const chosen = ["worker-process", "web-process", "redis"];

// The long form is `npm run failover`.
test("processes die and Redis goes away: nobody is signed out, nothing is lost, nothing done twice", async () => {
  const servers = inject("servers");
  const [web, worker] = await Promise.all([
    builtBundle(servers, "web"),
    builtBundle(servers, "worker"),
  ]);
  const say = () => {};
  const name = `t${randomBytes(6).toString("hex")}`;
  await using ground = await openGround({ name, servers, bundles: { web, worker }, say });
  const { signal } = new AbortController();
  const strike = createStrikes(ground, { seconds: 2, signal, say });
  const some = chosen.flatMap((each) => faults.find((fault) => fault.name === each) ?? []);
  const lines = (await strike(some)).map(lineOf);

  expect(lines.map(({ fault, broken }) => ({ fault, broken }))).toEqual(
    chosen.map((fault) => ({ fault, broken: [] })),
  );
  for (const line of lines) {
    expect(line).toMatchObject({ lost: 0, doubled: 0, stuck: 0, uploadsLost: 0 });
    expect(line.sessions).toMatchObject({ lost: 0 });
    expect(line.sessions.held).toBeGreaterThan(3);
  }
  expect(lines.at(-1)?.seen).toMatchObject({
    "as a visitor": expect.any(Number),
    "honest 503": expect.any(Number),
  });
}, 300_000);
