import {
  connectDatabase,
  findCauses,
  findLetters,
  readDatabaseConfig,
  transaction,
  type Database,
  type DatabaseConnection,
  type LetterFilter,
} from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
  expect(await ops("dead", "redrive", "--all", "--rate", "fast")).toMatchObject({
    code: 2,
    err: "--rate fast: Write letters a second, like 10/s.\n(ops dead redrive --help says how it is called)\n",
  });
  expect(await ops("dead", "redrive", "x", "--dry-run")).toMatchObject({
    code: 2,
    err: expect.stringContaining("id x: Write a whole number"),
  });
  expect(await ops("dead", "list", "--queue", "post")).toMatchObject({
    code: 2,
    err: expect.stringContaining("Possible are media, mail, tasks, bulk"),
  });
  expect(await ops("dead", "causes", "--job", "prozess-f\u00f6to")).toMatchObject({
    code: 2,
    err: expect.stringContaining("process-photo, "),
  });
  expect(await ops("dead", "list", "--cause", "123")).toMatchObject({
    code: 1,
    err: expect.stringContaining("There is no such cause: 123."),
  });
});

test("at 80 columns nothing is cut", async () => {
  for (const list of [["list", "--limit", "3"], ["causes"]]) {
    const { out } = await ops.wide(80, "dead", ...list);
    expect(out).toMatch(/550 no such user u\d+@example\.org/);
    expect(out).not.toContain("…");
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  }
});

test("letters say what they are about, and an address leads to its mails", async () => {
  const mail = { event: "sign-up:1", recipient: "finn@example.net", userId: null };
  const { id: emailId } = await db.tables.emailMessages
    .create({ ...mail, template: "verify-email" })
    .then((row) => row.get());
  const [{ id = 0 } = {}] = (await findLetters(db, { state: "open" }, { limit: 2 })).letters;
  await db.tables.deadLetters.update(
    { payload: JSON.stringify({ emailId }), editedPayload: null },
    { where: { id } },
  );
  const { out } = await ops("dead", "list", "--limit", "2");
  expect(out).toContain("mail to finn@example.net (verify-email)");
  const { err } = await ops("dead", "list", "--error", "example.net");
  expect(err).toContain("ops mails find --to example.net");
  expect(err).toContain("ops dead list --to example.net");
  const page = z.object({ letters: z.array(z.object({ id: z.number() })) });
  const to = async (...args: string[]) =>
    (await ops.json(page, "dead", "list", "--to", ...args)).letters.map((letter) => letter.id);
  expect(await to("example.net")).toEqual([id]);
  expect(await to("FINN@example.net", "--cause", "aaaa", "--error", "no such user")).toEqual([id]);
  for (const none of [["example.com"], ["f_nn"], ["example.net", "--job", "process-photo"]])
    expect(await to(...none)).toEqual([]);
  const groups = z.object({ causes: z.array(z.object({ cause: z.string(), count: z.number() })) });
  const { causes } = await ops.json(groups, "dead", "causes", "--to", "example.net");
  expect(causes).toEqual([{ cause: "aaaa", count: 1 }]);
  const { out: meant } = await ops("dead", "redrive", "--to", "example.net", "--dry-run");
  expect(meant).toBe("1 letter would be sent back.\n");
  const found = await ops("mails", "find", "--to", "example.net");
  expect(found).toMatchObject({ code: 0, out: expect.stringContaining("finn@example.net") });
  expect((await ops("mails", "find", "--to", "example.com")).out).toBe("No mails.\n");
});

test("a letter that is not open is named, and a warning given when all would go first", async () => {
  const [first, second] = (await findLetters(db, { state: "open" }, { limit: 2 })).letters;
  const closed = { state: "dropped" as const, closedAt: new Date(), closedReason: "gone" };
  await db.tables.deadLetters.update(closed, { where: { id: first?.id } });
  const ids = [first?.id, second?.id, 99_999].map(String);
  const said = await ops("dead", "redrive", ...ids, "--dry-run");
  expect(said).toMatchObject({ code: 1, out: "1 letter would be sent back.\n" });
  expect(said.err).toMatch(/^Letter \d+ was dropped at .*: gone\nThere is no letter 99999\.\n/);
  await db.tables.deadLetters.update({ state: "open" }, { where: { id: first?.id } });
  const cautious = ["--cause", "aaaa", "--until", "2026-11-20T00:00:10Z", "--canary", "50"];
  const { err } = await ops("dead", "redrive", ...cautious, "--dry-run");
  expect(err).toContain("All 5 would go first");
});

test("scripts have a result, too, when nothing was done", async () => {
  const tried = z.object({ changed: z.literal(false), question: z.string() });
  const args = ["queue", "purge", "bulk", "--reason", "a test", "--dry-run"];
  expect((await ops.json(tried, ...args)).question).toContain("Delete about 0 messages of bulk?");
  // Said with a run, and not heard: that would be a lie.
  for (const beside of [["42"], ["--all"], ["--canary", "3"], ["--rate", "2/s"]])
    expect(await ops("dead", "redrive", "--stop", "7", "--reason", "x", ...beside)).toMatchObject({
      code: 2,
      out: "",
    });
});

test("what dies while the question stands is not dropped with the others", async () => {
  const letter = { queue: "bulk", errorName: "Error", cause: "dddd", attempts: "[]" };
  const die = async (errorMessage: string) => {
    const row = { ...letter, errorMessage, createdAt: new Date(), sqsMessageId: errorMessage };
    await db.tables.deadLetters.bulkCreate([row]);
  };
  await die("first");
  const args = ["dead", "drop", "--cause", "dddd", "--reason", "a test"];
  const dropped = await ops.agreed(() => die("second"), ...args);
  expect(dropped).toMatchObject({ code: 0, out: "Dropped 1 letter.\n" });
  expect(dropped.err).toContain("Drop 1 letter");
  const { letters } = await findLetters(db, { state: "open", cause: "dddd" }, { limit: 5 });
  expect(letters).toMatchObject([{ errorMessage: "second" }]);
  await db.tables.deadLetters.destroy({ where: { cause: "dddd" } });
});

describe("with many letters", () => {
  const many = 20_000;
  beforeAll(async () => {
    await db.sequelize.query(`INSERT INTO dead_letters
        (sqs_message_id, queue, name, error_name, error_message, cause, attempts, created_at)
      SELECT CONCAT('many-', seq), IF(seq % 2, 'tasks', 'bulk'), 'purge', 'Error',
        CONCAT('Lock wait ', seq, IF(seq = 77, ' of the purple table', '')),
        LPAD(seq % 10, 16, 'c'), '[]', NOW(3) - INTERVAL seq SECOND FROM seq_1_to_${many}`);
    await db.sequelize.query("ANALYZE TABLE dead_letters");
  });

  /** Rows and entries of indexes that MariaDB read for it. */
  const reads = (work: (tx: Database) => Promise<unknown>) =>
    transaction(db, async (tx) => {
      const count = async () => {
        const [rows] = await db.sequelize.query("SHOW SESSION STATUS LIKE 'Handler\\_read%'", {
          ...(tx.options.transaction && { transaction: tx.options.transaction }),
        });
        const read = z.array(z.object({ Value: z.coerce.number() })).parse(rows);
        return read.reduce((sum, { Value }) => sum + Value, 0);
      };
      const before = await count();
      await work(tx);
      return (await count()) - before;
    });

  test.each<[Omit<LetterFilter, "state">, number]>([
    [{}, 300],
    [{ job: "purge" }, 300],
    [{ queue: "tasks" }, 300],
    [{ cause: "ccccccccccccccc7" }, 300],
    [{ error: "Lock wait" }, 5_000],
    [{ error: "purple" }, 5_000],
    [{ to: "example.net" }, 1_000],
    [{ since: new Date(Date.now() - 60_000) }, 300],
  ])("a page of %j reads few of them", async (filter, most) => {
    const page = await reads((tx) => findLetters(tx, { state: "open", ...filter }, { limit: 50 }));
    expect(page).toBeLessThan(most);
    const before = { id: 10, createdAt: new Date(Date.now() - 3_600_000) };
    const next = await reads((tx) =>
      findLetters(tx, { state: "any", ...filter }, { limit: 50, before }),
    );
    expect(next).toBeLessThan(most * 2);
  });

  test("causes by their error count what was looked through, and say that there may be more", async () => {
    const groups = z.object({
      causes: z.array(z.object({ count: z.number(), isLeast: z.boolean() })),
    });
    const { causes } = await ops.json(groups, "dead", "causes", "--error", "Lock wait");
    expect(causes.reduce((sum, { count }) => sum + count, 0)).toBe(1_000);
    expect(causes.every(({ isLeast }) => isLeast)).toBe(true);
    expect((await ops("dead", "causes", "--error", "Lock wait")).out).toMatch(/ 100\+ /);
  });

  test("parts of an address are looked for in the newest mails, and it is said that there are others", async () => {
    await db.sequelize.query(`INSERT INTO email_messages (event, recipient, template, created_at)
      SELECT CONCAT('many-', seq), CONCAT('u', seq, '@many.example'), 'alarm', NOW(3) FROM seq_1_to_${many}`);
    const far = await ops("mails", "find", "--to", "nowhere.example");
    expect(far.err).toContain("Only the newest mails were looked through");
    expect((await ops("mails", "find", "--to", "u1@nowhere.example")).err).toBe("");
    expect((await ops("mails", "find", "--to", "many.example", "--limit", "3")).err).not.toContain(
      "Only",
    );
  });

  test.each<Omit<LetterFilter, "state">>([{}, { job: "purge" }, { queue: "tasks" }])(
    "the causes of %j are found by leaps",
    async (filter) => {
      const read = await reads((tx) => findCauses(tx, { state: "open", ...filter }, 50));
      expect(read).toBeLessThan(500);
    },
  );
});

test("while the database is away they say so, and what works without it", async () => {
  await env.stop("database");
  const { code, err } = await ops("dead", "list");
  await env.resume("database");
  expect(code).toBe(1);
  expect(err).toMatch(/^Cannot reach the database at 127\.0\.0\.1:\d+: .*The raw queue commands/);
  expect(err.trimEnd().split("\n")).toHaveLength(1);
});
