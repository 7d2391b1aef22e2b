import {
  connectDatabase,
  insertPhoto,
  insertUser,
  readDatabaseConfig,
  type DatabaseConnection,
} from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { opsOf, type Ops } from "./_ops.ts";

let env: TestEnv;
let db: DatabaseConnection;
let ops: Ops;

const slug = "-AlW_uN8STaRZlRW";
const yes = ["--yes", "--reason", "because"];

beforeAll(async () => {
  env = await startTestEnv({ tiers: [] });
  db = connectDatabase(readDatabaseConfig(env.environment));
  ops = opsOf(env);
  const person = { username: "ada", email: "ada@example.com", displayName: "Ada" };
  const ada = await insertUser(db, { ...person, passwordHash: "-" });
  const words = { visibility: "public", caption: "Dawn", alt: "", credit: "" } as const;
  const file = { fileName: "a.jpg", fileKey: "key", formToken: "form", position: 0 };
  const userId = "id" in ada ? ada.id : 0;
  await insertPhoto(db, {
    slug,
    userId,
    status: "ready",
    ...words,
    ...file,
    createdAt: new Date(),
  });
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});

const user = async () =>
  (await db.tables.users.findOne({ where: { username: "ada" } }))?.get({ plain: true });

test("the first operator is made here, and everything is on record", async () => {
  const asked = await ops("user", "promote", "ada", "--reason", "runs the place");
  expect(asked).toMatchObject({ code: 2, err: expect.stringContaining("--yes") });
  await ops("user", "promote", "ada", "--reason", "runs the place", "--dry-run");
  expect((await user())?.role).toBe("member");

  const done = await ops("user", "promote", "@Ada", ...yes);
  expect(done).toMatchObject({ code: 0, out: "ada is an operator now.\n" });
  expect((await user())?.role).toBe("operator");
  const again = await ops("user", "promote", "ada", ...yes);
  expect(again).toEqual({ code: 1, out: "", err: "ada is an operator already.\n" });
  const nobody = await ops("user", "suspend", "zoe", ...yes);
  expect(nobody).toMatchObject({ code: 1, err: "Nobody here goes by the name zoe.\n" });

  await ops("user", "suspend", "ada", ...yes);
  expect(await user()).toMatchObject({ suspendedReason: "because" });
  const actions = await db.tables.operatorActions.findAll({ raw: true });
  expect(actions).toMatchObject([
    { action: "user promote", operator: "ida@laptop", reason: "because" },
    { action: "user suspend" },
  ]);
});

test("a hidden photo is found by its address, and what follows is a journey that begins with the command", async () => {
  const hidden = await ops.json(
    z.object({ slug: z.string(), trace: z.string() }),
    "photo",
    "hide",
    `http://localhost/photos/${slug}`,
    ...yes,
  );
  expect(hidden.slug).toBe(slug);
  const shown = await ops("trace", hidden.trace);
  expect(shown).toMatchObject({ code: 0, err: "" });
  for (const words of [`photo hide ${slug}`, "move-photo-files", "delete-photo-files", "laptop"])
    expect(shown.out).toContain(words);
  const found = await ops("jobs", "find", "--trace", hidden.trace, "--job", "notify-person");
  expect(found.out).toContain('"kind":"hidden"');
  expect((await ops("photo", "hide", `/photos/${slug}`, ...yes)).err).toContain("hidden already");
  expect((await ops("photo", "unhide", `/photos/${slug}`, ...yes)).code).toBe(0);
  expect((await ops("reports")).out).toBe("no open reports\n");
  expect((await ops("trace", "nothing")).code).toBe(1);
});
