import { expect, it } from "vitest";

import { fleetSnapshot, playFleet, served } from "../../testing/played-fleet.ts";
import { readDeployedRule } from "../../testing/deployed-rule.ts";
import type { FleetSnapshot } from "../fleet.ts";
import { createScaler } from "./scaler.ts";

const web = await readDeployedRule("web");
const worker = await readDeployedRule("worker", { QUEUE_PREFIX: "here" });

/** A scaler on a fleet whose minutes are five seconds, with a clock that is moved by hand. */
async function scaling(tier: "web" | "worker", given: Partial<FleetSnapshot> = {}) {
  const played = playFleet({ timeLapse: 12, ...given });
  let now = Date.UTC(2026, 10, 21, 8);
  const at = () => new Date(now);
  const scaler = await createScaler({
    fleet: played.fleet,
    tier,
    rule: tier === "web" ? web : worker,
    clock: { now: at },
    queuePrefix: "here",
  });
  return {
    ...played,
    scaler,
    at,
    answer: (ms: number, instance: string | null = "web-1") =>
      played.emit({ kind: "served", at: at(), served: served({ instance, ms }) }),
    instance: (instance: string, state: "launching" | "serving" | "draining" | "gone") =>
      played.emit({ kind: "instance", at: at(), instance, tier, state, why: "" }),
    async pass(seconds = 5) {
      now += seconds * 1_000;
      await scaler.step();
    },
  };
}

it("asks for a third instance when the requests of a minute took 1.5 s on average", async () => {
  const { answer, pass, asked } = await scaling("web");
  for (const ms of [0, 3_000, 0, 3_000]) answer(ms);
  await pass();
  expect(asked).toEqual([
    [
      "record",
      {
        at: new Date("2026-11-21T08:00:05Z"),
        tier: "web",
        from: 2,
        to: 3,
        reason:
          "Mean latency 1.5 s over 60 s (5 s here) is above 1 s: one instance more, 2 → 3, then 300 s (25 s here) of patience",
        notBefore: new Date("2026-11-21T08:00:30Z"),
      },
    ],
    ["resize", "web", 3],
  ]);
});

it("brings a tier within its limits at once, as its group would", async () => {
  const { tiers } = fleetSnapshot();
  const few = await scaling("web", { tiers: { ...tiers, web: { desired: 1, instances: [] } } });
  expect(few.asked).toEqual([["resize", "web", 2]]);
  expect((await scaling("web")).asked).toEqual([]);
});

it("does not count what no instance answered", async () => {
  const { answer, pass, asked } = await scaling("web");
  answer(800);
  answer(60_000, null);
  await pass();
  expect(asked).toEqual([]);
});

it("looks at each minute anew", async () => {
  const { answer, pass, asked } = await scaling("web");
  answer(900);
  await pass();
  answer(1_100);
  await pass();
  expect(asked).toContainEqual(["resize", "web", 3]);
});

it("begins its patience when the new instance serves, and ends it 25 seconds later", async () => {
  const { answer, pass, asked, instance, scaler, at } = await scaling("web");
  const slowMinute = async () => {
    answer(2_000);
    await pass();
  };
  await slowMinute();
  instance("web-3", "launching");
  await slowMinute();
  instance("web-3", "serving");
  expect(scaler.quietUntil()).toEqual(new Date(at().getTime() + 25_000));
  for (let minutes = 0; minutes < 4; minutes += 1) await slowMinute();
  expect(asked.filter(([name]) => name === "resize")).toEqual([["resize", "web", 3]]);
  await slowMinute();
  expect(asked.filter(([name]) => name === "resize").at(-1)).toEqual(["resize", "web", 4]);
});

it("says once why an alarm is not followed, not each minute", async () => {
  const { pass, asked } = await scaling("web");
  for (let minutes = 0; minutes < 5; minutes += 1) await pass();
  expect(asked).toEqual([
    [
      "record",
      expect.objectContaining({ from: 2, to: 2, reason: expect.stringMatching(/least$/) }),
    ],
  ]);
});

it("asks for another worker when messages wait three of the fleet's minutes", async () => {
  const { pass, asked, show } = await scaling("worker");
  const media = { name: "media", server: null, visible: 4, inFlight: 0, delayed: 0, dead: 0 };
  show({ queues: [{ ...media, oldestSeconds: 14 }] });
  await pass();
  await pass();
  expect(asked).toEqual([]);
  show({ queues: [{ ...media, oldestSeconds: 16 }] });
  await pass();
  await pass();
  expect(asked.at(-1)).toEqual(["resize", "worker", 2]);
});
