import { connectDatabase, readDatabaseConfig, transaction } from "@tendril/database";
import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { connectQueues, createDispatcher, createOutbox, postPushes } from "@tendril/jobs";
import { createLogger, systemClock } from "@tendril/runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

import { listed, newDevice, postJson, subscribe } from "./_pushes.ts";

let env: TestEnv;

beforeAll(async () => {
  env = await startTestEnv();
});
afterAll(() => env?.[Symbol.asyncDispose]());

async function member(name: string): Promise<Client> {
  const client = env.client();
  await client.signUp(name);
  return client;
}

/** As if somebody had followed that person just now. */
async function happens(name: string): Promise<void> {
  await using db = connectDatabase(readDatabaseConfig(env.environment));
  const region = env.environment["AWS_REGION"] ?? "";
  using queues = connectQueues({ region, prefix: env.space.name });
  const logger = createLogger({ level: "silent", tier: "web", instance: "test" });
  await using dispatcher = createDispatcher({ db, queues, clock: systemClock, logger });
  const outbox = createOutbox(dispatcher, systemClock);
  const replacements = { name, key: crypto.randomUUID() };
  await db.sequelize.query(
    `INSERT INTO notifications (user_id, kind, group_key, actor_id, count, first_at, last_at)
      SELECT id, 'follow', :key, id, 1, NOW(3), NOW(3) FROM users WHERE username = :name`,
    { replacements },
  );
  const [found] = await db.sequelize.query(
    "SELECT id, user_id AS userId FROM notifications WHERE group_key = :key",
    { replacements },
  );
  const [row] = z.array(z.object({ id: z.number(), userId: z.number() })).parse(found);
  if (!row) throw new Error(`There is no ${name}`);
  const push = { userId: row.userId, notificationId: row.id, event: `test:${row.id}` };
  await transaction(db, (tx) => postPushes(outbox, tx, { ...push, trace: "test" }));
}

test("a browser that subscribed is told, sealed so that it alone can read it", async () => {
  const anna = await member("anna");
  const device = await subscribe(env, anna);
  await happens("anna");
  await env.drain();
  const [push, ...others] = device.received;
  expect(others).toEqual([]);
  expect(JSON.parse(push?.text ?? "")).toMatchObject({ title: "anna follows you", path: "/@anna" });
  const page = await anna.get("/settings/push");
  expect(page.text).toContain("Firefox on Linux");
  expect(page.text).toContain("this one");
  expect(page.text).toMatch(/last reached/);
});

test("a test goes the same way, to one browser alone, and without JavaScript", async () => {
  const ben = await member("ben");
  const first = await subscribe(env, ben);
  const second = await subscribe(env, ben);
  const [newest = ""] = await listed(ben);
  const answer = await ben.post(`/push-subscriptions/${newest}/test`);
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/settings/push"]);
  expect((await ben.get("/settings/push")).text).toContain("A test is on its way");
  await env.drain();
  expect(first.received).toEqual([]);
  expect(second.received).toMatchObject([{ urgency: "high", topic: "test" }]);
  expect(JSON.parse(second.received[0]?.text ?? "")).toMatchObject({ title: "Notifications work" });
});

test("the same browser again is the same browser", async () => {
  const cleo = await member("cleo");
  const device = newDevice(env);
  const both = [subscribe(env, cleo, device), subscribe(env, cleo, device)];
  await Promise.all(both);
  await subscribe(env, cleo, device);
  expect(await listed(cleo)).toHaveLength(1);
});

test("of more than twenty browsers the one that was not heard of for longest makes room", async () => {
  const dora = await member("dora");
  await subscribe(env, dora);
  const [first = ""] = await listed(dora);
  for (let more = 0; more < 20; more++) await subscribe(env, dora);
  const ids = await listed(dora);
  expect(ids).toHaveLength(20);
  expect(ids).not.toContain(first);
});

test("a browser is removed from the list, also one that is gone already, and is not told any more", async () => {
  const emil = await member("emil");
  const device = await subscribe(env, emil);
  const [id = ""] = await listed(emil);
  expect((await emil.post(`/push-subscriptions/${id}/delete`)).status).toBe(303);
  expect((await emil.post(`/push-subscriptions/${id}/delete`)).status).toBe(303);
  expect(await listed(emil)).toEqual([]);
  await happens("emil");
  await env.drain();
  expect(device.calls).toBe(0);
});

test("a browser that renews its subscription leaves the old one behind", async () => {
  const finn = await member("finn");
  const old = await subscribe(env, finn);
  const renewed = newDevice(env);
  const body = { ...renewed.subscription, replaces: old.subscription.endpoint };
  expect((await postJson(env, finn, "/push-subscriptions", body)).status).toBe(201);
  expect(await listed(finn)).toHaveLength(1);
  await happens("finn");
  await env.drain();
  expect([old.calls, renewed.received.length]).toEqual([0, 1]);
});

describe("a browser that another person uses now", () => {
  test("is not told any more after signing out", async () => {
    const gina = await member("gina");
    const device = await subscribe(env, gina);
    await gina.post("/sign-out");
    await gina.signIn("gina");
    expect(await listed(gina)).toEqual([]);
    await happens("gina");
    await env.drain();
    expect(device.calls).toBe(0);
  });

  test("signing out elsewhere changes nothing here", async () => {
    const hugo = await member("hugo");
    const device = await subscribe(env, hugo);
    const elsewhere = env.client();
    await elsewhere.signIn("hugo");
    await elsewhere.post("/sign-out");
    await happens("hugo");
    await env.drain();
    expect(device.received).toHaveLength(1);
  });

  test("is not told of the one before when somebody signs in over them", async () => {
    const ida = await member("ida");
    const device = await subscribe(env, ida);
    await member("jan");
    await ida.signIn("jan");
    await ida.get("/");
    await happens("ida");
    await env.drain();
    expect(device.calls).toBe(0);
  });

  test("belongs to the one who asked for it last, and shows nothing of the one before", async () => {
    const kim = await member("kim");
    const lea = await member("lea");
    const device = await subscribe(env, kim);
    await env.worker.stop();
    await happens("kim");
    await subscribe(env, lea, device);
    await happens("lea");
    await env.worker.start();
    await env.drain();
    expect(await listed(kim)).toEqual([]);
    const titles = device.received.map(
      ({ text }) => z.object({ title: z.string() }).parse(JSON.parse(text ?? "")).title,
    );
    expect(titles).toEqual(["lea follows you"]);
  });

  test("cannot be taken from a person by whoever makes up the cookie", async () => {
    const mia = await member("mia");
    await subscribe(env, mia);
    const stranger = await member("nora");
    for (const value of ["1.x", "999999.AAAA", `1.${"A".repeat(43)}`, "%00", "__proto__"])
      await stranger.get("/", { cookie: `${stranger.cookies.header}; tendril-push=${value}` });
    expect(await listed(mia)).toHaveLength(1);
  });
});

describe("refused is", () => {
  test("whoever is not signed in", async () => {
    const { subscription } = newDevice(env);
    const visitor = env.client();
    for (const [path, body] of [
      ["/push-subscriptions", subscription],
      ["/push-subscriptions/delete", { endpoint: subscription.endpoint }],
      ["/push-subscriptions/1/delete", {}],
      ["/push-subscriptions/1/test", {}],
    ] as const)
      expect((await postJson(env, visitor, path, body)).status).toBe(401);
    expect((await visitor.get("/settings/push")).headers.get("location")).toMatch(/^\/sign-in/);
  });

  test("a browser of somebody else", async () => {
    const olga = await member("olga");
    await subscribe(env, olga);
    const [id = ""] = await listed(olga);
    const paul = await member("paul");
    expect((await paul.post(`/push-subscriptions/${id}/test`)).status).toBe(404);
    await paul.post(`/push-subscriptions/${id}/delete`);
    expect(await listed(olga)).toEqual([id]);
    for (const odd of ["0", "-1", "x", "1e9", "99999999999999999999"])
      expect((await paul.post(`/push-subscriptions/${odd}/test`)).status).toBe(404);
  });

  test("what is no subscription, with a word about what is wrong", async () => {
    const rosa = await member("rosa");
    const { subscription } = newDevice(env);
    const { endpoint, keys } = subscription;
    const wrong: [status: number, body: unknown][] = [
      [400, {}],
      [400, []],
      [400, { endpoint }],
      [400, { endpoint, keys: { ...keys, p256dh: keys.auth } }],
      [400, { endpoint, keys: { ...keys, auth: "short" } }],
      [422, { endpoint: "http://push.example.com/x", keys }],
      [422, { endpoint: "https://10.0.0.1/x", keys }],
      [422, { endpoint: "https://169.254.169.254/latest/meta-data", keys }],
      [422, { endpoint: "https://[::ffff:10.0.0.1]/x", keys }],
      [422, { endpoint: "javascript:alert(1)", keys }],
      [422, { endpoint: `https://push.example.com/${"x".repeat(3_000)}`, keys }],
      [413, { endpoint: `https://push.example.com/${"x".repeat(20_000)}`, keys }],
    ];
    for (const [status, body] of wrong) {
      const answer = await postJson(env, rosa, "/push-subscriptions", body);
      expect([answer.status, status]).toEqual([status, status]);
      const { error } = z
        .object({ error: z.object({ message: z.string() }) })
        .parse(JSON.parse(answer.body));
      expect(error.message).not.toMatch(/\n\s+at |Error:/);
    }
    expect(await listed(rosa)).toEqual([]);
  });
});

test("whoever sets a new password by mail is told nowhere any more, until they turn it on again", async () => {
  const sam = await member("sam");
  const device = await subscribe(env, sam);
  await env.client().post("/forgot-password", { email: "sam@example.com" });
  const mail = await env.inbox.waitFor("sam@example.com", /password/);
  const token = /token=([\w-]+)/.exec(mail.text)?.[1] ?? "";
  const password = "five brown tendrils";
  expect((await env.client().post("/reset-password", { token, password })).status).toBe(303);
  await happens("sam");
  await env.drain();
  expect(device.calls).toBe(0);
});

describe("the service worker", () => {
  test("is at the root, asked for each time and not sent twice", async () => {
    const script = await env.client().get("/service-worker.js");
    expect([script.status, script.headers.get("content-type")]).toEqual([
      200,
      "text/javascript; charset=utf-8",
    ]);
    expect(script.headers.get("cache-control")).toBe("no-cache");
    expect(script.headers.getSetCookie()).toEqual([]);
    expect(script.headers.get("content-security-policy")).toContain("worker-src 'self'");
    const etag = script.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\w-]{12}"$/);
    expect(script.text).toContain(env.environment["VAPID_PUBLIC_KEY"]);
    const again = await env
      .client()
      .get("/service-worker.js", { "if-none-match": etag, "cache-control": "max-age=0" });
    expect([again.status, again.text]).toEqual([304, ""]);
  });

  test("its picture is there", async () => {
    const script = await env.client().get("/service-worker.js");
    const icon = /"icon":"([^"]+)"/.exec(script.text)?.[1] ?? "";
    const answer = await env.client().get(icon);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/png"]);
  });
});

test("without keys nothing is offered", async () => {
  const tina = await member("tina");
  const { subscription } = newDevice(env);
  await env.web.stop();
  const { start } = await import("../src/start.ts");
  const { readConfig } = await import("../src/config.ts");
  const port = new URL(env.url).port;
  const environment = {
    ...env.environment,
    VAPID_PUBLIC_KEY: "",
    PORT: port,
    INSTANCE_ID: "web-2",
  };
  await using _web = await start(readConfig(environment));
  expect((await tina.get("/settings/push")).status).toBe(404);
  expect((await postJson(env, tina, "/push-subscriptions", subscription)).status).toBe(404);
  expect((await tina.get("/service-worker.js")).text).toContain('"key":null');
});
