import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import { openDesk, type Desk } from "./_desk.ts";

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk?.[Symbol.asyncDispose]());
beforeEach(() => desk.clear());

const run = z.looseObject({
  id: z.number(),
  state: z.string(),
  sent: z.number(),
  outcome: z.string().nullable(),
});

describe("a fault in a handler", () => {
  test(
    "is seen, corrected in one letter, and the others go back behind canaries",
    { timeout: 90_000 },
    async () => {
      const emailIds = Array.from({ length: 12 }, (_, n) => n + 1);
      const letters = await desk.died(emailIds);
      const [first, second, third] = letters.map((each) => ({
        ...each,
        emailId: Number(/u(\d+)@/.exec(each.errorMessage)?.[1]),
      }));
      if (!first || !second || !third) throw new Error("There is no letter");

      // One cause, however different the addresses are.
      const causes = z.object({
        causes: z.array(z.object({ cause: z.string(), count: z.number() })),
      });
      expect((await desk.ops.json(causes, "dead", "causes")).causes).toMatchObject([
        { count: 12, cause: first.cause },
      ]);
      const one = await desk.ops("dead", "show", String(first.id));
      expect(one.out).toContain(
        `PermanentJobError: 550 no such user u${first.emailId}@example.org`,
      );
      expect(one.out).toMatch(/at .*_desk\.ts/);
      expect(one.out).toContain("worker-1, release development");

      // Corrected: checked against the schema, shown, kept in both versions.
      const edit = ["dead", "edit", String(first.id), "--reason", "another address", "--yes"];
      expect(await desk.ops(...edit, "--payload", '{"emailId":"x"}')).toMatchObject({ code: 2 });
      expect(await desk.ops(...edit, "--payload", '{"emailId":3,"cc":4}')).toMatchObject({
        code: 2,
        err: expect.stringContaining("has no cc"),
      });
      const edited = await desk.ops.given('{"emailId": 101}', ...edit, "--payload", "-");
      expect(edited.out).toContain(`-   "emailId": ${first.emailId}\n+   "emailId": 101\n`);
      desk.breaks((emailId) => emailId <= 100);

      // Those that still fail stop it after the first three.
      const rest = ["--cause", first.cause, "--reason", "try", "--yes"];
      const stopped = await desk.ops("dead", "redrive", "--canary", "3", ...rest);
      expect(stopped.code).toBe(1);
      expect(stopped.err).toMatch(/2 of 3 that went first died again.*550 no such user/s);
      expect(stopped.err).toMatch(/2 died again and are open: (\d+), (\d+); .* redrive \1 \2 --/);
      expect(stopped.err).toContain("Go on with the other 9: ops dead redrive --resume");
      expect(desk.done).toEqual([101]);
      expect(await desk.list("--state", "redriven")).toHaveLength(3);
      expect(await desk.list()).toHaveLength(11);

      // Once the cause is gone, the next three go first, then all.
      desk.breaks(() => false);
      const [begun] = await desk.ops.json(z.array(run), "dead", "redrives");
      const resume = ["dead", "redrive", "--resume", String(begun?.id), "--reason", "mended"];
      resume.push("--rate", "50/s");
      const resumed = await desk.ops("--as", "Ada", ...resume, "--yes");
      expect(resumed).toMatchObject({
        code: 1,
        out: expect.stringMatching(/dead redrive resume, Ada .*mended\n.*12 of 12 sent back/s),
        err: expect.stringContaining("2 died again and are open"),
      });
      expect(await desk.ops.json(z.array(run), "dead", "redrives")).toMatchObject([{ rate: 50 }]);
      const listed = await desk.ops("dead", "redrives");
      expect(listed.out).toMatch(/resumed by Ada .*: mended; 2 died again and are open: \d+, \d+/);
      await desk.crew.env.drain();
      const failedTwice = [second.emailId, third.emailId];
      const others = emailIds.filter((id) => id !== first.emailId && !failedTwice.includes(id));
      const inOrder = (ids: readonly number[]) => ids.toSorted((a, b) => a - b);
      expect(inOrder(desk.done)).toEqual([...others, 101]);

      // Each letter says who sent it, and why.
      const reasons = z.array(z.object({ what: z.string(), detail: z.string().nullable() }));
      const last = letters.at(-1)?.id ?? 0;
      const told = await desk.ops.json(reasons, "dead", "history", String(last));
      expect(told).toContainEqual({ what: "dead redrive", detail: "mended" });

      // The two that died a second time are letters of their own.
      expect(await desk.list()).toHaveLength(2);
      const again = ["dead", "redrive", "--all", "--reason", "now, too", "--yes"];
      expect(await desk.ops(...again)).toMatchObject({ code: 0 });
      await desk.crew.env.drain();
      expect(inOrder(desk.done)).toEqual(inOrder([...others, ...failedTwice, 101]));

      expect(await desk.history(first.id)).toEqual([
        "attempt 1 failed",
        "died",
        "dead edit",
        "dead redrive",
        "its job ended: done",
      ]);
      expect(await desk.history(second.id)).toEqual([
        "attempt 1 failed",
        "died",
        "dead redrive",
        expect.stringMatching(/^died again: letter \d+$/),
      ]);
      expect(await desk.list()).toEqual([]);
    },
  );

  test("is dropped with a reason, and nothing is changed without a yes", async () => {
    const [one] = await desk.died([20]);
    const args = ["dead", "drop", String(one?.id), "--reason", "a test"];
    expect(await desk.ops(...args)).toMatchObject({
      code: 2,
      err: expect.stringContaining("--yes"),
    });
    expect(await desk.ops(...args, "--dry-run")).toMatchObject({ code: 0 });
    expect(await desk.ops("dead", "drop", "--reason", "x", "--yes")).toMatchObject({ code: 2 });
    expect(await desk.ops("dead", "drop", String(one?.id))).toMatchObject({
      code: 2,
      err: expect.stringContaining("--reason"),
    });
    expect(await desk.list()).toHaveLength(1);
    expect(await desk.ops(...args, "--yes")).toMatchObject({ code: 0, out: "Dropped 1 letter.\n" });
    const { err, code } = await desk.ops(
      "dead",
      "redrive",
      String(one?.id),
      "--reason",
      "x",
      "--yes",
    );
    expect(code).toBe(1);
    expect(err).toMatch(
      /^Letter \d+ was dropped at .*: a test\nNo open letter is meant by that\.\n$/,
    );
    expect(await desk.history(one?.id ?? 0)).toEqual(["attempt 1 failed", "died", "dead drop"]);
    const names = await desk.events(one?.id);
    expect(names.at(-1)).toMatchObject({ by: "ida@laptop", detail: "a test" });
  });
});

test(
  "a job whose worker died on every attempt lies here with all of them, and goes back",
  { timeout: 60_000 },
  async () => {
    await desk.stopWorker();
    const [id = ""] = await desk.crew.send("send-email", [{ emailId: 50 }]);
    const crashed = {
      attempt: 8,
      worker: "worker-2",
      outcome: "crashed",
      at: new Date().toISOString(),
      error: "Its worker ended without a verdict",
    };
    await desk.crew.db.tables.jobs.update(
      {
        state: "running",
        attempts: 8,
        leaseUntil: new Date(Date.now() - 60_000),
        history: JSON.stringify([crashed]),
      },
      { where: { id } },
    );
    await desk.startWorker();
    await expect.poll(() => desk.crew.row(id)).toMatchObject({ state: "dead" });
    await expect.poll(() => desk.list()).toHaveLength(1);
    const [one] = await desk.list();
    expect((await desk.ops("dead", "show", String(one?.id))).out).toMatch(
      /8 +\S+ \S+ +crashed +worker-2/,
    );
    desk.breaks(() => false);
    const canary = [
      "dead",
      "redrive",
      "--job",
      "send-email",
      "--canary",
      "1",
      "--reason",
      "more memory",
    ];
    expect(await desk.ops(...canary, "--yes")).toMatchObject({ code: 0 });
    expect(desk.done).toEqual([50]);
    expect((await desk.history(one?.id ?? 0)).slice(-3)).toEqual([
      "died",
      "dead redrive",
      "its job ended: done",
    ]);
  },
);
