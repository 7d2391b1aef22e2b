import { describe, expect, it } from "vitest";

import { judge, type Measured } from "./alarm.ts";
import { readDeployedRule } from "../../testing/deployed-rule.ts";
import { reasonOf } from "./in-words.ts";
import {
  changeEnded,
  followAlarms,
  initialState,
  type ScalingRule,
  type ScalingState,
} from "./rule.ts";

const minute = 60_000;
const web = await readDeployedRule("web");
const worker = await readDeployedRule("worker");

/** A group whose instances come and go within the minute. */
function group(rule: ScalingRule, desired: number) {
  let state: ScalingState = initialState(desired);
  let now = 0;
  const told: string[] = [];
  return {
    told,
    get desired() {
      return state.desired;
    },
    /** A minute passes. */
    pass(measured: Measured, { changeEnds = true } = {}) {
      now += minute;
      const followed = followAlarms(rule, state, now, measured);
      told.push(...followed.outcomes.map((outcome) => reasonOf(outcome, rule)));
      state = followed.state;
      if (state.changing && changeEnds) state = changeEnded(state, now);
      return state.desired;
    },
  };
}

/** Mean over requests that are spread evenly, as round robin does. */
const latencies =
  (...instances: number[]): Measured =>
  ({ name }) =>
    name === "TargetResponseTime"
      ? instances.reduce((sum, each) => sum + each, 0) / instances.length
      : undefined;
const nobody: Measured = () => undefined;

describe("web: the worked examples", () => {
  it("does nothing with instances at 0 s and 1 s: the mean is 0.5 s", () => {
    const { pass, told } = group(web, 3);
    for (let minutes = 0; minutes < 10; minutes += 1) expect(pass(latencies(0, 1))).toBe(3);
    expect(told).toEqual([]);
  });

  it("does nothing at 0 s and 2 s: 1 s is not above 1 s", () => {
    expect(group(web, 3).pass(latencies(0, 2))).toBe(3);
  });

  it("takes one more after a minute with instances at 0 s and 3 s: the mean is 1.5 s", () => {
    const { pass, told } = group(web, 2);
    expect(pass(latencies(0, 3))).toBe(3);
    expect(told).toEqual(["Mean latency 1.5 s over 60 s is above 1 s: one instance more, 2 → 3"]);
  });

  it("takes one less below 0.5 s", () => {
    const { pass, told } = group(web, 3);
    expect(pass(latencies(0.4, 0.5, 0.5))).toBe(2);
    expect(told).toEqual([
      "Mean latency 0.47 s over 60 s is below 0.5 s: one instance less, 3 → 2",
    ]);
  });

  it("never goes above 6 or below 2", () => {
    const slow = group(web, 2);
    for (let minutes = 0; minutes < 60; minutes += 1) slow.pass(latencies(5));
    expect(slow.desired).toBe(6);
    expect(slow.told.at(-1)).toBe(
      "Mean latency 5 s over 60 s is above 1 s: one more would follow, but 6 is the most",
    );
    const fast = group(web, 6);
    for (let minutes = 0; minutes < 60; minutes += 1) fast.pass(latencies(0.1));
    expect(fast.desired).toBe(2);
    expect(fast.told.at(-1)).toMatch(/one less would do, but 2 is the least$/);
  });

  it("waits 300 s after a change, and then follows an alarm that is still on", () => {
    const { pass } = group(web, 2);
    const sizes = Array.from({ length: 12 }, () => pass(latencies(5)));
    expect(sizes).toEqual([3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5, 5]);
  });

  it("counts the 300 s from when the new instance serves", () => {
    const { pass } = group(web, 2);
    const sizes = [false, false, false, true, ...Array<boolean>(6).fill(true)].map((changeEnds) =>
      pass(latencies(5), { changeEnds }),
    );
    expect(sizes).toEqual([3, 3, 3, 3, 3, 3, 3, 3, 4, 4]);
  });

  it("turns round only after the patience, too", () => {
    const { pass } = group(web, 2);
    expect(pass(latencies(5))).toBe(3);
    const sizes = Array.from({ length: 5 }, () => pass(latencies(0)));
    expect(sizes).toEqual([3, 3, 3, 3, 2]);
  });

  it("takes one less when nobody asks for anything", () => {
    const { pass, told } = group(web, 3);
    expect(pass(nobody)).toBe(2);
    expect(told).toEqual([
      "Nothing was measured over 60 s, nobody asked for anything: one instance less, 3 → 2",
    ]);
  });
});

describe("worker", () => {
  type Queues = { queue?: string; oldest?: number; visible?: number; instances?: number };
  const queues =
    ({ queue: waiting = "media", oldest, visible, instances = 1 }: Queues): Measured =>
    ({ name, queue }) => {
      if (name === "GroupInServiceInstances") return instances;
      if (queue !== `tendril-${waiting}`) return 0;
      return name === "ApproximateAgeOfOldestMessage" ? oldest : visible;
    };

  it("takes one more when the oldest message waits three minutes, two minutes on end", () => {
    const { pass, told } = group(worker, 1);
    const late = queues({ oldest: 200, visible: 3 });
    expect([pass(late), pass(late)]).toEqual([1, 2]);
    expect(told).toEqual([
      "Work waits too long or piles up (the oldest message is 200 s old, 3 waiting per instance) " +
        "for 120 s: one instance more, 1 → 2",
    ]);
  });

  it("takes one more when more than 50 messages wait for each instance", () => {
    const few = group(worker, 2);
    const many = group(worker, 2);
    for (let minutes = 0; minutes < 2; minutes += 1) {
      few.pass(queues({ oldest: 90, visible: 100, instances: 2 }));
      many.pass(queues({ oldest: 90, visible: 101, instances: 2 }));
    }
    expect([few.desired, many.desired]).toEqual([2, 3]);
  });

  it("is not moved by mails and slow work, which more workers would not bring out sooner", () => {
    const sizes = ["media", "tasks", "mail", "bulk"].map((queue) => {
      const { pass } = group(worker, 1);
      return [1, 2].map(() => pass(queues({ queue, oldest: 900, visible: 500 }))).at(-1);
    });
    expect(sizes).toEqual([2, 2, 1, 1]);
  });

  it("is not moved by one bad minute", () => {
    const { pass } = group(worker, 1);
    for (let minutes = 0; minutes < 10; minutes += 1)
      expect(pass(queues(minutes % 5 === 0 ? { oldest: 500 } : { oldest: 100 }))).toBe(1);
  });

  it("sees two bad minutes though CloudWatch fills in 0 for the last three, whose figures come late", () => {
    const busy = worker.alarms.find(({ name }) => name === "WorkersBusy");
    expect(busy && judge(busy, [1, 1, 0, 0, 0], "OK")).toBe("ALARM");
  });

  it("takes one less after ten minutes in which little waits", () => {
    const { pass } = group(worker, 3);
    const quiet = queues({ oldest: 5, visible: 2, instances: 3 });
    const sizes = Array.from({ length: 16 }, () => pass(quiet));
    expect(sizes.indexOf(2)).toBe(9);
    expect(sizes.indexOf(1)).toBe(14);
  });

  it("takes empty queues, which nothing measures, for little work", () => {
    const { pass } = group(worker, 2);
    expect(Array.from({ length: 10 }, () => pass(nobody)).at(-1)).toBe(1);
  });

  it("never goes above 4 or below 1", () => {
    const busy = group(worker, 1);
    const idle = group(worker, 4);
    for (let minutes = 0; minutes < 60; minutes += 1) {
      busy.pass(queues({ oldest: 600 }));
      idle.pass(queues({}));
    }
    expect([busy.desired, idle.desired]).toEqual([4, 1]);
  });
});
