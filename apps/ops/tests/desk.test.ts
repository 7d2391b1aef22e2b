import {
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
  GetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import type { Database } from "@tendril/database";
import { PermanentJobError } from "@tendril/runtime";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import { bodyOf, openCrew, type Crew } from "../../worker/tests/_crew.ts";
import { opsOf, type Ops } from "./_ops.ts";

let crew: Crew;
let ops: Ops;
let worker: AsyncDisposable;

/** Mails by their number: these fail, and those were done, as often as that was committed. */
let broken: (emailId: number) => boolean;
const done: number[] = [];

const handlers = {
  "send-email": {
    async run(_context: unknown, { emailId }: { emailId: number }) {
      if (broken(emailId)) throw new PermanentJobError(`550 no such user u${emailId}@example.org`);
      const effects = async (tx: Database) => tx.afterCommit?.(() => done.push(emailId));
      return { state: "done" as const, effects };
    },
  },
};
const startWorker = async () => (worker = await crew.worker({ handlers }));

beforeAll(async () => {
  crew = await openCrew();
  ops = opsOf(crew.env, { clock: crew.clock });
  await startWorker();
});
afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await crew?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  broken = () => true;
  await ops("dead", "drop", "--all", "--yes", "--reason", "the next test");
  done.length = 0;
});

const letter = z.object({
  id: z.number(),
  jobId: z.string().nullable(),
  errorMessage: z.string(),
  cause: z.string(),
  state: z.string(),
  raw: z.boolean(),
});
const list = async (...args: string[]) =>
  (await ops.json(z.object({ letters: z.array(letter) }), "dead", "list", ...args)).letters;
const shown = z.object({
  letter: z.looseObject({ id: z.number(), state: z.string() }),
  message: z.string().nullable(),
  job: z.looseObject({ id: z.string(), state: z.string(), generation: z.number() }).nullable(),
  others: z.array(z.object({ id: z.number(), state: z.string() })),
});
const show = (id: number) => ops.json(shown, "dead", "show", String(id));
const run = z.looseObject({
  id: z.number(),
  state: z.string(),
  sent: z.number(),
  outcome: z.string().nullable(),
});
const events = z.array(
  z.object({ what: z.string(), by: z.string().nullable(), detail: z.string().nullable() }),
);
const history = async (id: number) =>
  (await ops.json(events, "dead", "history", String(id))).map(({ what }) => what);

/** The letters of jobs that have died, in the order of their numbers, in which they go back. */
async function died(emailIds: readonly number[]) {
  const ids = await crew.send(
    "send-email",
    emailIds.map((emailId) => ({ emailId })),
  );
  for (const id of ids)
    await expect.poll(() => crew.row(id), { timeout: 20_000 }).toMatchObject({ state: "dead" });
  const letters = await list("--limit", "1000");
  return letters.filter(({ jobId }) => ids.includes(jobId ?? "")).toSorted((a, b) => a.id - b.id);
}

describe("a fault in a handler", () => {
  test(
    "is seen, corrected in one letter, and the others go back behind canaries",
    { timeout: 90_000 },
    async () => {
      const emailIds = Array.from({ length: 12 }, (_, n) => n + 1);
      const letters = await died(emailIds);
      const [first, second, third] = letters.map((each) => ({
        ...each,
        emailId: Number(/u(\d+)@/.exec(each.errorMessage)?.[1]),
      }));
      if (!first || !second || !third) throw new Error("There is no letter");

      // One cause, however different the addresses are.
      const causes = z.object({
        causes: z.array(z.object({ cause: z.string(), count: z.number(), sample: letter })),
      });
      expect((await ops.json(causes, "dead", "causes")).causes).toMatchObject([
        { count: 12, cause: first.cause },
      ]);
      const one = await ops("dead", "show", String(first.id));
      expect(one.out).toContain(
        `PermanentJobError: 550 no such user u${first.emailId}@example.org`,
      );
      expect(one.out).toMatch(/at .*desk\.test\.ts/);
      expect(one.out).toContain("worker-1, release development");

      // Corrected: checked against the schema, shown, kept in both versions.
      const edit = ["dead", "edit", String(first.id), "--reason", "another address", "--yes"];
      expect(await ops(...edit, "--payload", '{"emailId":"x"}')).toMatchObject({ code: 2 });
      expect(await ops(...edit, "--payload", '{"emailId":3,"cc":4}')).toMatchObject({
        code: 2,
        err: expect.stringContaining("has no cc"),
      });
      const edited = await ops.given('{"emailId": 101}', ...edit, "--payload", "-");
      expect(edited.out).toContain(`-   "emailId": ${first.emailId}\n+   "emailId": 101\n`);
      broken = (emailId) => emailId <= 100;

      // Those that still fail stop it after the first three.
      const rest = ["--cause", first.cause, "--reason", "try", "--yes"];
      const stopped = await ops("dead", "redrive", "--canary", "3", ...rest);
      expect(stopped.code).toBe(1);
      expect(stopped.err).toMatch(/2 of 3 that went first died again.*550 no such user/s);
      expect(stopped.err).toMatch(/2 died again and are open: (\d+), (\d+); .* redrive \1 \2 --/);
      expect(stopped.err).toContain("Go on with the other 9: ops dead redrive --resume");
      expect(done).toEqual([101]);
      expect(await list("--state", "redriven")).toHaveLength(3);
      expect(await list()).toHaveLength(11);

      // Once the cause is gone, the next three go first, then all.
      broken = () => false;
      const [begun] = await ops.json(z.array(run), "dead", "redrives");
      const resume = ["dead", "redrive", "--resume", String(begun?.id), "--reason", "mended"];
      resume.push("--rate", "50/s");
      const resumed = await ops("--as", "Ada", ...resume, "--yes");
      expect(resumed).toMatchObject({
        code: 1,
        out: expect.stringMatching(/dead redrive resume, Ada .*mended\n.*12 of 12 sent back/s),
        err: expect.stringContaining("2 died again and are open"),
      });
      expect(await ops.json(z.array(run), "dead", "redrives")).toMatchObject([{ rate: 50 }]);
      const listed = await ops("dead", "redrives");
      expect(listed.out).toMatch(/resumed by Ada .*: mended; 2 died again and are open: \d+, \d+/);
      await crew.env.drain();
      const failedTwice = [second.emailId, third.emailId];
      const others = emailIds.filter((id) => id !== first.emailId && !failedTwice.includes(id));
      const inOrder = (ids: readonly number[]) => ids.toSorted((a, b) => a - b);
      expect(inOrder(done)).toEqual([...others, 101]);

      // Each letter says who sent it, and why.
      const reasons = z.array(z.object({ what: z.string(), detail: z.string().nullable() }));
      const last = letters.at(-1)?.id ?? 0;
      const told = await ops.json(reasons, "dead", "history", String(last));
      expect(told).toContainEqual({ what: "dead redrive", detail: "mended" });

      // The two that died a second time are letters of their own.
      expect(await list()).toHaveLength(2);
      const again = ["dead", "redrive", "--all", "--reason", "now, too", "--yes"];
      expect(await ops(...again)).toMatchObject({ code: 0 });
      await crew.env.drain();
      expect(inOrder(done)).toEqual(inOrder([...others, ...failedTwice, 101]));

      expect(await history(first.id)).toEqual([
        "attempt 1 failed",
        "died",
        "dead edit",
        "dead redrive",
        "its job ended: done",
      ]);
      expect(await history(second.id)).toEqual([
        "attempt 1 failed",
        "died",
        "dead redrive",
        expect.stringMatching(/^died again: letter \d+$/),
      ]);
      expect(await list()).toEqual([]);
    },
  );

  test("is dropped with a reason, and nothing is changed without a yes", async () => {
    const [one] = await died([20]);
    const args = ["dead", "drop", String(one?.id), "--reason", "a test"];
    expect(await ops(...args)).toMatchObject({ code: 2, err: expect.stringContaining("--yes") });
    expect(await ops(...args, "--dry-run")).toMatchObject({ code: 0 });
    expect(await ops("dead", "drop", "--reason", "x", "--yes")).toMatchObject({ code: 2 });
    expect(await ops("dead", "drop", String(one?.id))).toMatchObject({
      code: 2,
      err: expect.stringContaining("--reason"),
    });
    expect(await list()).toHaveLength(1);
    expect(await ops(...args, "--yes")).toMatchObject({ code: 0, out: "Dropped 1 letter.\n" });
    const { err, code } = await ops("dead", "redrive", String(one?.id), "--reason", "x", "--yes");
    expect(code).toBe(1);
    expect(err).toMatch(
      /^Letter \d+ was dropped at .*: a test\nNo open letter is meant by that\.\n$/,
    );
    expect(await history(one?.id ?? 0)).toEqual(["attempt 1 failed", "died", "dead drop"]);
    const names = await ops.json(events, "dead", "history", String(one?.id));
    expect(names.at(-1)).toMatchObject({ by: "ida@laptop", detail: "a test" });
  });
});

describe("a message that nobody can read", () => {
  const send = async (queue: "mail" | "mail-dead", MessageBody: string) => {
    const QueueUrl = await crew.queues.url(queue);
    await crew.queues.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  };

  test(
    "that SQS itself moved becomes a job, or goes back byte for byte",
    { timeout: 60_000 },
    async () => {
      await worker[Symbol.asyncDispose]();
      const body = "mail 30, please \u00e4\n";
      await send("mail", body);
      const QueueUrl = await crew.queues.url("mail");
      // Received by something that always dies: after fifty times SQS gives it up.
      const moved = async () => {
        await crew.queues.sqs.send(
          new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0, WaitTimeSeconds: 0 }),
        );
        return depth("mail-dead");
      };
      await expect.poll(moved, { interval: 1 }).toBe(1);
      await startWorker();
      await expect.poll(() => list()).toMatchObject([{ raw: true, jobId: null }]);
      const [one] = await list();
      const id = String(one?.id);
      expect(await show(one?.id ?? 0)).toMatchObject({ message: body });

      // As it was: it comes back, and is kept again.
      expect(
        await ops("dead", "redrive", id, "--reason", "was it the queue?", "--yes"),
      ).toMatchObject({ code: 0 });
      await expect.poll(() => list()).toHaveLength(1);
      const [again] = await list();
      expect(again).toMatchObject({ raw: true });
      expect(again?.id).not.toBe(one?.id);

      broken = () => false;
      const edit = ["dead", "edit", String(again?.id), "--reason", "as it was meant", "--yes"];
      expect(await ops(...edit, "--payload", '{"emailId":30}')).toMatchObject({ code: 2 });
      expect(
        await ops(...edit, "--payload", '{"emailId":30}', "--job", "send-email"),
      ).toMatchObject({ code: 0 });
      expect(await ops("dead", "redrive", "--all", "--reason", "go", "--yes")).toMatchObject({
        code: 0,
      });
      await crew.env.drain();
      expect(done).toEqual([30]);
      expect(await history(again?.id ?? 0)).toEqual([
        "kept: nobody could read it",
        "dead edit",
        "dead redrive",
        "its job ended: done",
      ]);
    },
  );

  async function depth(queue: "mail-dead"): Promise<number> {
    const { Attributes } = await crew.queues.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: await crew.queues.url(queue),
        AttributeNames: ["ApproximateNumberOfMessages"],
      }),
    );
    return Number(Attributes?.["ApproximateNumberOfMessages"]);
  }

  test(
    "redriven behind our back with StartMessageMoveTask, the desk says so",
    { timeout: 60_000 },
    async () => {
      const [one] = await died([40]);
      await worker[Symbol.asyncDispose]();
      const job = await crew.row(one?.jobId ?? "");
      await send("mail-dead", bodyOf(job));
      const arn = async () => {
        const { Attributes } = await crew.queues.sqs.send(
          new GetQueueAttributesCommand({
            QueueUrl: await crew.queues.url("mail-dead"),
            AttributeNames: ["QueueArn"],
          }),
        );
        return Attributes?.["QueueArn"];
      };
      await crew.queues.sqs.send(
        new StartMessageMoveTaskCommand({
          SourceArn: await arn(),
        }),
      );
      await expect.poll(() => depth("mail-dead")).toBe(0);
      broken = () => false;
      await startWorker();
      await expect.poll(() => done).toEqual([40]);
      await crew.env.drain();
      expect(await list()).toEqual([]);
      const told = await ops.json(events, "dead", "history", String(one?.id));
      expect(told.map(({ what }) => what)).toEqual([
        "attempt 1 failed",
        "died",
        "redriven",
        "its job ended: done",
      ]);
      expect(told[2]).toMatchObject({ by: null, detail: "Its message was sent again in SQS" });
    },
  );
});

test(
  "a job whose worker died on every attempt lies here with all of them, and goes back",
  { timeout: 60_000 },
  async () => {
    await worker[Symbol.asyncDispose]();
    const [id = ""] = await crew.send("send-email", [{ emailId: 50 }]);
    const crashed = {
      attempt: 8,
      worker: "worker-2",
      outcome: "crashed",
      at: new Date().toISOString(),
      error: "Its worker ended without a verdict",
    };
    await crew.db.tables.jobs.update(
      {
        state: "running",
        attempts: 8,
        leaseUntil: new Date(Date.now() - 60_000),
        history: JSON.stringify([crashed]),
      },
      { where: { id } },
    );
    await startWorker();
    await expect.poll(() => crew.row(id)).toMatchObject({ state: "dead" });
    await expect.poll(() => list()).toHaveLength(1);
    const [one] = await list();
    expect((await ops("dead", "show", String(one?.id))).out).toMatch(
      /8 +\S+ \S+ +crashed +worker-2/,
    );
    broken = () => false;
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
    expect(await ops(...canary, "--yes")).toMatchObject({ code: 0 });
    expect(done).toEqual([50]);
    expect((await history(one?.id ?? 0)).slice(-3)).toEqual([
      "died",
      "dead redrive",
      "its job ended: done",
    ]);
  },
);
