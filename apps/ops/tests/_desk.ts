import type { Database } from "@tendril/database";
import { PermanentJobError } from "@tendril/runtime";
import { expect } from "vitest";
import { z } from "zod";

import { openCrew } from "../../worker/tests/_crew.ts";
import { opsOf } from "./_ops.ts";

const letter = z.object({
  id: z.number(),
  jobId: z.string().nullable(),
  errorMessage: z.string(),
  cause: z.string(),
  state: z.string(),
  raw: z.boolean(),
});
const shown = z.object({ message: z.string().nullable() });
const event = z.object({
  what: z.string(),
  by: z.string().nullable(),
  detail: z.string().nullable(),
});

export type Desk = Awaited<ReturnType<typeof openDesk>>;

/** A worker whose mails fail as a test wants it, and the desk on which they lie. */
export async function openDesk() {
  await using stack = new AsyncDisposableStack();
  const crew = stack.use(await openCrew());
  const ops = opsOf(crew.env, { clock: crew.clock });
  /** Mails by their number: those that were done, as often as that was committed. */
  const done: number[] = [];
  let broken = (_emailId: number) => true;
  const handlers = {
    "send-email": {
      async run(_context: unknown, { emailId }: { emailId: number }) {
        if (broken(emailId))
          throw new PermanentJobError(`550 no such user u${emailId}@example.org`);
        const effects = async (tx: Database) => tx.afterCommit?.(() => done.push(emailId));
        return { state: "done" as const, effects };
      },
    },
  };
  let worker: AsyncDisposable | undefined = await crew.worker({ handlers });
  const stopWorker = async () => {
    await worker?.[Symbol.asyncDispose]();
    worker = undefined;
  };
  stack.defer(stopWorker);
  const list = async (...args: string[]) =>
    (await ops.json(z.object({ letters: z.array(letter) }), "dead", "list", ...args)).letters;
  const events = (id: number | undefined) =>
    ops.json(z.array(event), "dead", "history", String(id));
  const owned = stack.move();
  return {
    crew,
    ops,
    done,
    list,
    events,
    /** From now on these mails fail. */
    breaks(which: (emailId: number) => boolean) {
      broken = which;
    },
    async startWorker() {
      worker = await crew.worker({ handlers });
    },
    stopWorker,
    /** As at the beginning: no letter is open, and all mails fail. */
    async clear() {
      broken = () => true;
      await ops("dead", "drop", "--all", "--yes", "--reason", "the next test");
      done.length = 0;
    },
    messageOf: async (id: number) => (await ops.json(shown, "dead", "show", String(id))).message,
    history: async (id: number | undefined) => (await events(id)).map(({ what }) => what),
    /** The letters of jobs that have died, in the order of their numbers, in which they go back. */
    async died(emailIds: readonly number[]) {
      const payloads = emailIds.map((emailId) => ({ emailId }));
      const ids = await crew.send("send-email", payloads);
      for (const id of ids)
        await expect.poll(() => crew.row(id), { timeout: 20_000 }).toMatchObject({ state: "dead" });
      const own = (await list("--limit", "1000")).filter(({ jobId }) => ids.includes(jobId ?? ""));
      return own.toSorted((a, b) => a.id - b.id);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
