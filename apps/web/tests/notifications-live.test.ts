import { countUnread, type DatabaseConnection } from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { signUpByForm } from "./_browser.ts";
import { count, idOf, openDatabase } from "./_notifications.ts";
import { signedUp } from "./_uploads.ts";

let env: TestEnv;
let db: DatabaseConnection;

beforeAll(async () => {
  env = await startTestEnv();
  db = openDatabase(env);
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});

const bell = (page: Page) => page.locator("[data-bell]").getAttribute("aria-label");
const isOffered = (page: Page) => page.getByRole("link", { name: "Show what is new" }).isVisible();

test("two browsers of one person agree on what is unread, as it comes and as it is read", async () => {
  const desk = await env.browser();
  await signUpByForm(desk, "ida");
  const id = await idOf(db, "ida");
  const phone = await env.browser({ viewport: { width: 360, height: 740 } });
  await phone.goto("/sign-in");
  await phone.fill("[name=login]", "ida");
  await phone.fill("[name=password]", "four green tendrils");
  await phone.locator("main form button[type=submit]").click();
  await phone.waitForURL((url) => url.pathname === "/");
  expect(await bell(phone)).toBe("Notifications");

  await count(db, id, {});
  await expect.poll(() => bell(desk)).toBe("Notifications, 1 unread");
  await expect.poll(() => bell(phone)).toBe("Notifications, 1 unread");
  await count(db, id, { kind: "like", groupKey: "like:1" });
  await expect.poll(() => bell(phone)).toBe("Notifications, 2 unread");
  expect(await phone.locator("[data-bell-count]").textContent()).toBe("2");

  await desk.goto("/notifications");
  expect(await desk.locator(".notification--unread").count()).toBe(2);
  await expect.poll(() => bell(desk)).toBe("Notifications");
  await expect.poll(() => bell(phone)).toBe("Notifications");
  expect(await phone.locator("[data-bell-count]").isVisible()).toBe(false);

  expect(await isOffered(desk)).toBe(false);
  await count(db, id, { kind: "like", groupKey: "like:2" });
  await expect.poll(() => isOffered(desk)).toBe(true);
  await desk.getByRole("link", { name: "Show what is new" }).click();
  await expect.poll(() => desk.locator(".notification").count()).toBe(3);
  expect(await desk.locator(".notification--unread").count()).toBe(1);
});

test("a page that is fetched and not looked at marks nothing as read", async () => {
  const page = await env.browser();
  await signUpByForm(page, "mara");
  const id = await idOf(db, "mara");
  await count(db, id, {});
  const hide = (hidden: boolean) =>
    `Object.defineProperty(document, "hidden", { configurable: true, get: () => ${hidden} });`;
  await page.addInitScript(hide(true));
  await page.goto("/notifications");
  await page.waitForLoadState("networkidle");
  expect(await countUnread(db, [id])).toEqual([{ userId: id, count: 1 }]);

  await page.evaluate(`${hide(false)} document.dispatchEvent(new Event("visibilitychange"))`);
  await expect.poll(() => countUnread(db, [id])).toEqual([]);
  await expect.poll(() => bell(page)).toBe("Notifications");
});

test("a hidden tab holds no stream; it is right again when it is looked at", async () => {
  const page = await env.browser();
  await signUpByForm(page, "noor");
  const id = await idOf(db, "noor");
  const turn = (hidden: boolean) =>
    page.evaluate(
      `Object.defineProperty(document, "hidden", { configurable: true, get: () => ${hidden} });
       document.dispatchEvent(new Event("visibilitychange"))`,
    );
  await count(db, id, {});
  await expect.poll(() => bell(page)).toBe("Notifications, 1 unread");
  const ended = page.waitForEvent("requestfailed", (request) =>
    request.url().endsWith("/api/notifications/events"),
  );
  await turn(true);
  await ended;
  await count(db, id, { kind: "like", groupKey: "like:1" });
  expect(await bell(page)).toBe("Notifications, 1 unread");
  await turn(false);
  await expect.poll(() => bell(page)).toBe("Notifications, 2 unread");
});

test("the stream of one person is bounded, and does not hold up the server's end", async () => {
  const person = await signedUp(env, "lena");
  const stop = new AbortController();
  const listen = () =>
    fetch(`${env.url}/api/notifications/events`, {
      headers: { cookie: person.cookies.header },
      signal: stop.signal,
    });
  const streams = await Promise.all(Array.from({ length: 10 }, listen));
  expect(streams.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
  const refused = await person.get("/api/notifications/events");
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("30");
  await env.web.stop();
  for (const stream of streams) await stream.text();
  stop.abort();
  await env.web.start();
});
