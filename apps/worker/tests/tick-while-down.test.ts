import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startSqsd, startTestEnv } from "@tendril/dev-env";
import { minutes, seconds } from "@tendril/runtime";
import { expect, test } from "vitest";

import { jobsOf, ticksOf } from "./_ticks.ts";
import { openDatabase } from "./_uploads.ts";

test(
  "a tick that is due while its worker is dead is taken by the next one, once",
  { timeout: 90_000 },
  async () => {
    await using stack = new AsyncDisposableStack();
    const env = stack.use(await startTestEnv({ tiers: ["worker"], processes: true }));
    const db = stack.use(openDatabase(env));
    const folder = mkdtempSync(join(tmpdir(), "tendril-cron-"));
    stack.defer(() => rmSync(folder, { recursive: true }));
    const cronFile = join(folder, "cron.yaml");
    writeFileSync(
      cronFile,
      'version: 1\ncron:\n  - name: purge\n    url: /tasks/purge\n    schedule: "* * * * *"\n',
    );
    const due = new Date(Math.floor(Date.now() / minutes(1)) * minutes(1));
    let time = new Date(due.getTime() - seconds(30));
    const lines: string[] = [];

    const sqsd = stack.use(
      await startSqsd(env.space, {
        app: env.worker.url,
        cronFile,
        clock: { now: () => time },
        settings: { ErrorVisibilityTimeout: 1 },
        log: (line) => lines.push(line),
      }),
    );
    await expect.poll(() => sqsd.isLeader).toBe(true);
    await env.worker.kill("SIGKILL");
    time = due;
    await expect.poll(() => lines.join("\n")).toMatch(/socket-err/);
    expect(await ticksOf(db, "purge")).toEqual([]);
    await env.worker.start();
    await expect
      .poll(() => jobsOf(db, "purge"))
      .toMatchObject([{ state: "done", scheduledAt: due.toISOString() }]);
    expect(await ticksOf(db, "purge")).toMatchObject([{ state: "received", tries: 1 }]);
  },
);
