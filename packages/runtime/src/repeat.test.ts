import { describe, expect, test } from "vitest";

import { repeat } from "./repeat.ts";

const never = () => expect.unreachable("nothing was to fail");
const long = { pauseMs: 600_000, onError: never };

/** Work that counts its runs; each lasts until it is let go. */
function heldWork() {
  let runs = 0;
  let ends = 0;
  let letGo = () => {};
  let signal: AbortSignal | undefined;
  return {
    runs: () => runs,
    ends: () => ends,
    letGo: () => letGo(),
    isAborted: () => signal?.aborted,
    work: async (given: AbortSignal) => {
      runs++;
      signal = given;
      await new Promise<void>((resolve) => (letGo = resolve));
      ends++;
    },
  };
}

describe("repeat", () => {
  test("begins at once, and pauses from the end of one run to the beginning of the next", async () => {
    const times: number[] = [];
    await using _ = repeat(
      async () => {
        times.push(performance.now());
        await new Promise((resolve) => setTimeout(resolve, 30));
        times.push(performance.now());
      },
      { pauseMs: 50, onError: never },
    );
    expect(times).toHaveLength(1);
    await expect.poll(() => times.length).toBeGreaterThan(3);
    const [, end = 0, begin = 0] = times;
    expect(begin - end).toBeGreaterThan(45);
  });

  test("begins with a pause when it is told to", async () => {
    const { work, runs, letGo } = heldWork();
    await using repetition = repeat(work, { ...long, pauseFirst: true });
    expect(runs()).toBe(0);
    repetition.now();
    await expect.poll(runs).toBe(1);
    letGo();
  });

  test("does not wait for the pause to end when it is asked for now", async () => {
    const { work, runs, ends, letGo } = heldWork();
    await using repetition = repeat(work, long);
    letGo();
    await expect.poll(ends).toBe(1);
    repetition.now();
    await expect.poll(runs).toBe(2);
    letGo();
  });

  test("runs once more when it is asked for during a run, which may have looked too early", async () => {
    const { work, runs, ends, letGo } = heldWork();
    await using repetition = repeat(work, long);
    repetition.now();
    repetition.now();
    expect(runs()).toBe(1);
    letGo();
    await expect.poll(runs).toBe(2);
    letGo();
    await expect.poll(ends).toBe(2);
    expect(runs()).toBe(2);
  });

  test("reports a run that failed, and goes on", async () => {
    const errors: unknown[] = [];
    let runs = 0;
    const fail = async () => {
      throw new Error(`run ${++runs}`);
    };
    await using _ = repeat(fail, { pauseMs: 1, onError: (error) => errors.push(error) });
    await expect.poll(() => errors.length).toBeGreaterThan(2);
    expect(errors.slice(0, 2)).toEqual([new Error("run 1"), new Error("run 2")]);
  });

  test("ends with the run in progress, which is told, and begins no other", async () => {
    const { work, runs, ends, letGo, isAborted } = heldWork();
    const repetition = repeat(work, { ...long, pauseMs: 0 });
    let ended = false;
    const ending = repetition[Symbol.asyncDispose]().then(() => (ended = true));
    expect([isAborted(), ended, ends()]).toEqual([true, false, 0]);
    letGo();
    await ending;
    repetition.now();
    expect([runs(), ends()]).toEqual([1, 1]);
  });

  test("ends at once during a pause", async () => {
    const { work, ends, letGo } = heldWork();
    const repetition = repeat(work, long);
    letGo();
    await expect.poll(ends).toBe(1);
    await repetition[Symbol.asyncDispose]();
  });
});
