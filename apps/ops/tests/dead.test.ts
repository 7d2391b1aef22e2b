import { connectDatabase, readDatabaseConfig, type DatabaseConnection } from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { opsOf, type Ops } from "./_ops.ts";

let env: TestEnv;
let db: DatabaseConnection;
let ops: Ops;

beforeAll(async () => {
  env = await startTestEnv({ tiers: [] });
  db = connectDatabase(readDatabaseConfig(env.environment));
  ops = opsOf(env);
  const at = Date.parse("2026-11-20T00:00:00Z");
  const letters = Array.from({ length: 300 }, (_, n) => ({
    jobId: null,
    generation: null,
    sqsMessageId: `m-${n}`,
    queue: n % 2 ? "mail" : "media",
    name: n % 2 ? "send-email" : "process-photo",
    payload: "{}",
    rawMessage: null,
    errorName: "Error",
    errorMessage: n % 2 ? `550 no such user u${n}@example.org` : `Bad marker ${n}`,
    stack: null,
    cause: n % 2 ? "aaaa" : "bbbb",
    attempts: "[]",
    trace: null,
    requestedBy: null,
    createdAt: new Date(at + n * 1_000),
  }));
  await db.tables.deadLetters.bulkCreate(letters);
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});

test("letters are listed newest first, page by page", async () => {
  const page = z.object({
    letters: z.array(z.object({ id: z.number(), createdAt: z.iso.datetime() })),
    next: z.number().nullable(),
  });
  const seen: string[] = [];
  let before: number | null = 0;
  while (before !== null) {
    const args: string[] = before === 0 ? [] : ["--before", String(before)];
    const { letters, next }: z.output<typeof page> = await ops.json(
      page,
      "dead",
      "list",
      "--limit",
      "70",
      ...args,
    );
    seen.push(...letters.map(({ createdAt }) => createdAt));
    before = next;
  }
  expect(seen).toHaveLength(300);
  expect(seen).toEqual(seen.toSorted().toReversed());
});

test.each([
  ["--error example.org", 150],
  ["--error u299@exam", 1],
  ["--error 299@example", 0],
  ["--error NO SUCH USER", 150],
  ["--error Error: 550 no such", 150],
  ["--error Bad marker 29", 5],
  ["--error 550%", 0],
  ["--job process-photo", 150],
  ["--job process-photo --queue mail", 0],
  ["--job prozess-f\u00f6to", 0],
  ["--cause aaaa --since 2026-11-20T00:04Z", 30],
  ["--until 2026-11-20T00:00:10Z", 10],
  ["--state dropped", 0],
  ["--state any", 300],
])("letters are found by %s: %i", async (filter, count) => {
  const args = filter.split(/ (?=--)/).flatMap((option) => {
    const space = option.indexOf(" ");
    return [option.slice(0, space), option.slice(space + 1)];
  });
  const found = z.object({ letters: z.array(z.unknown()) });
  const { letters } = await ops.json(found, "dead", "list", "--limit", "1000", ...args);
  expect(letters).toHaveLength(count);
  const groups = z.object({ causes: z.array(z.object({ count: z.number() })) });
  const { causes } = await ops.json(groups, "dead", "causes", ...args);
  expect(causes.reduce((sum, cause) => sum + cause.count, 0)).toBe(count);
});

test("what is called the wrong way ends with 2 and says what to do", async () => {
  expect(await ops("dead", "list", "--since", "yesterday")).toMatchObject({
    code: 2,
    err: expect.stringContaining("30m, 2h or 3d"),
  });
});
