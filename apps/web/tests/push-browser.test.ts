import { startTestEnv, until, type PushDevice, type TestEnv } from "@tendril/dev-env";
import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

import { signUpByForm } from "./_browser.ts";
import { newDevice } from "./_pushes.ts";

let env: TestEnv;

beforeAll(async () => {
  env = await startTestEnv();
});
afterAll(() => env?.[Symbol.asyncDispose]());

/** Browsers subscribe at a service of their maker, which is on the internet: this one's is on this machine. */
async function lendPushService(page: Page, device: PushDevice): Promise<void> {
  await page.addInitScript(`
    const json = ${JSON.stringify(device.subscription)};
    const subscription = {
      endpoint: json.endpoint,
      toJSON: () => json,
      unsubscribe: async () => { localStorage.removeItem("subscribed"); return true; },
    };
    PushManager.prototype.getSubscription = async () =>
      localStorage.getItem("subscribed") ? subscription : null;
    PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
      localStorage.setItem("subscribed", JSON.stringify({ applicationServerKey, userVisibleOnly }));
      return subscription;
    };
  `);
}

const visible = (page: Page, state: string) => page.locator(`[data-when="${state}"]`).isVisible();

/** A page of a signed-in person, at the setting, with leave to show notifications. */
async function atSetting(name: string, device = newDevice(env)) {
  const page = await env.browser();
  await page.context().grantPermissions(["notifications"], { origin: env.url });
  await lendPushService(page, device);
  await signUpByForm(page, name);
  await page.goto("/settings/push");
  return { page, device };
}

test("a person turns pushes on, sends a test to themselves, and turns them off again", async () => {
  const { page, device } = await atSetting("robin");
  await expect.poll(() => visible(page, "off")).toBe(true);
  await page.getByRole("button", { name: "Turn on in this browser" }).click();
  await expect.poll(() => visible(page, "on")).toBe(true);
  await page.getByText("this one").waitFor();
  const asked: unknown = await page.evaluate(`JSON.parse(localStorage.getItem("subscribed"))`);
  expect(asked).toEqual({
    applicationServerKey: env.environment["VAPID_PUBLIC_KEY"],
    userVisibleOnly: true,
  });

  await page.getByRole("button", { name: /^Send a test/ }).click();
  await page.getByText("A test is on its way").waitFor();
  await env.drain();
  expect(device.received.map(({ text }) => text)).toEqual([
    expect.stringContaining("Notifications work"),
  ]);

  await page.getByRole("button", { name: "Turn off" }).click();
  await expect.poll(() => visible(page, "off")).toBe(true);
  expect(await page.locator(".push__browser").count()).toBe(0);
});

test("what was signed out of is off for the one who signs in again, and can be turned on", async () => {
  const { page } = await atSetting("sasha");
  await page.getByRole("button", { name: "Turn on in this browser" }).click();
  await expect.poll(() => visible(page, "on")).toBe(true);
  await page.locator(".header__viewer").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.goto("/sign-in?next=/settings/push");
  await page.fill("[name=login]", "sasha");
  await page.fill("[name=password]", "four green tendrils");
  await page.locator("main form button[type=submit]").click();
  await expect.poll(() => visible(page, "off")).toBe(true);
  await page.getByRole("button", { name: "Turn on in this browser" }).click();
  await expect.poll(() => visible(page, "on")).toBe(true);
});

test("the states in which nothing can be turned on say why", async () => {
  const old = await env.browser();
  await old.addInitScript("delete window.PushManager;");
  await signUpByForm(old, "tove");
  await old.goto("/settings/push");
  await expect.poll(() => visible(old, "unsupported")).toBe(true);

  const blocked = await env.browser();
  await blocked.addInitScript(
    `Object.defineProperty(Notification, "permission", { get: () => "denied" });`,
  );
  await signUpByForm(blocked, "uma");
  await blocked.goto("/settings/push");
  await expect.poll(() => visible(blocked, "blocked")).toBe(true);

  const plain = await env.browser({ javaScriptEnabled: false });
  await signUpByForm(plain, "vera");
  await plain.goto("/settings/push");
  await plain.getByText("needs JavaScript").waitFor();
});

test("a browser that cannot reach its push service says so, and stays off", async () => {
  const page = await env.browser();
  await page.context().grantPermissions(["notifications"], { origin: env.url });
  await signUpByForm(page, "wim");
  await page.goto("/settings/push");
  await page.getByRole("button", { name: "Turn on in this browser" }).click();
  await page.getByText("cannot reach its push service").waitFor();
  expect(await visible(page, "off")).toBe(true);
});

describe("the service worker", () => {
  let page: Page;
  let devtools: CDPSession;
  let registrationId: string;
  let first: PushDevice;

  beforeAll(async () => {
    ({ page, device: first } = await atSetting("yara"));
    devtools = await page.context().newCDPSession(page);
    const registered: string[] = [];
    devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      registered.push(...registrations.map((registration) => registration.registrationId));
    });
    await devtools.send("ServiceWorker.enable");
    await page.getByRole("button", { name: "Turn on in this browser" }).click();
    await page.locator('[data-when="on"]').waitFor();
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    registrationId = await until(() => registered.at(-1), {
      timeout: 10_000,
      failure: () => "No service worker was registered",
    });
  });

  const shown = async () => {
    const notifications: unknown = await page.evaluate(
      `navigator.serviceWorker.ready.then(async (registration) =>
        (await registration.getNotifications()).map(({ title, body, tag, data, icon }) =>
          ({ title, body, tag, data, icon })))`,
    );
    return z.array(z.record(z.string(), z.unknown())).parse(notifications);
  };
  const deliver = (data: string) =>
    devtools.send("ServiceWorker.deliverPushMessage", { origin: env.url, registrationId, data });
  const push = (path: string, title = "Robin likes your photo") =>
    JSON.stringify({ title, text: "Grüße 🌿", path, tag: "notification-7" });

  test("is in charge of the whole site", async () => {
    const scope: unknown = await page.evaluate(
      "navigator.serviceWorker.ready.then(({ scope }) => scope)",
    );
    expect(scope).toBe(`${env.url}/`);
  });

  test("shows what a push says; a later one of the same notification takes its place", async () => {
    await deliver(push("/@robin"));
    await expect.poll(shown).toMatchObject([
      {
        title: "Robin likes your photo",
        body: "Grüße 🌿",
        tag: "notification-7",
        data: { path: "/@robin" },
        icon: expect.stringMatching(/notification.*\.png$/),
      },
    ]);
    await deliver(push("/@robin", "Robin and one other like your photo"));
    await expect
      .poll(shown)
      .toMatchObject([{ title: "Robin and one other like your photo", tag: "notification-7" }]);
  });

  test("shows something for a push that cannot be read", async () => {
    await deliver("not what was agreed on");
    await expect
      .poll(async () => (await shown()).map(({ title }) => title))
      .toContain("Something new on Tendril");
  });

  test("keeps no page", async () => {
    expect(await page.evaluate("caches.keys()")).toEqual([]);
  });

  test("a subscription that the browser has renewed is told to the site at once", async () => {
    const worker = page.context().serviceWorkers()[0];
    if (!worker) throw new Error("There is no service worker");
    const renewed = newDevice(env);
    await worker.evaluate(`(async () => {
      const done = [];
      const event = new ExtendableEvent("pushsubscriptionchange");
      event.oldSubscription = { endpoint: ${JSON.stringify(first.subscription.endpoint)} };
      event.newSubscription = { toJSON: () => (${JSON.stringify(renewed.subscription)}) };
      event.waitUntil = (promise) => void done.push(promise);
      self.dispatchEvent(event);
      await Promise.all(done);
    })()`);
    await page.goto("/settings/push");
    await page.getByRole("button", { name: /^Send a test/ }).click();
    await page.getByText("A test is on its way").waitFor();
    await env.drain();
    expect([first.received.length, renewed.received.length]).toEqual([0, 1]);
  });

  test("opens what it is about when it is clicked, and focuses a tab that shows it already", async () => {
    const worker = page.context().serviceWorkers()[0];
    if (!worker) throw new Error("There is no service worker");
    // A click on a notification of the system is beyond a browser without a screen: its event is not.
    // Opening windows needs a real click, so what would be opened is noted.
    const click = (path: string) =>
      worker.evaluate(
        `(async () => {
          const done = [];
          const opened = [];
          Clients.prototype.openWindow = async (url) => void opened.push("open " + url);
          WindowClient.prototype.focus = async function () { opened.push("focus " + this.url); };
          await self.registration.showNotification("x", { data: { path: ${JSON.stringify(path)} } });
          const [notification] = (await self.registration.getNotifications()).filter(({ title }) => title === "x");
          const event = new NotificationEvent("notificationclick", { notification });
          event.waitUntil = (promise) => void done.push(promise);
          self.dispatchEvent(event);
          await Promise.all(done);
          const left = (await self.registration.getNotifications()).filter(({ title }) => title === "x");
          return { opened, left: left.length };
        })()`,
      );
    expect(await click("/@yara")).toEqual({ opened: [`open ${env.url}/@yara`], left: 0 });
    expect(await click("/settings/push")).toEqual({
      opened: [`focus ${env.url}/settings/push`],
      left: 0,
    });
    expect(await click("https://elsewhere.example/")).toEqual({ opened: ["open /"], left: 0 });
    expect(await click("//elsewhere.example/")).toEqual({ opened: ["open /"], left: 0 });
  });
});
