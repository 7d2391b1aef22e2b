import { connectDatabase, failPhoto, readDatabaseConfig } from "@tendril/database";
import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { photoRow, prepare, sendPhoto } from "./_photos.ts";

let env: TestEnv;
let anna: Client;
let page: Page;

beforeAll(async () => {
  env = await startTestEnv();
  anna = env.client();
  await anna.signUp("anna");
  page = await env.browser();
  await page.goto("/sign-in");
  await page.fill("[name=login]", "anna");
  await page.fill("[name=password]", "tendril-demo");
  await page.locator("main form button[type=submit]").click();
  await page.waitForURL((url) => url.pathname === "/");
});
afterAll(() => env?.[Symbol.asyncDispose]());

/** A photo whose job was given up, as the worker leaves it. */
async function failed(): Promise<string> {
  await env.worker.stop();
  const slug = await sendPhoto(anna);
  await using db = connectDatabase(readDatabaseConfig(env.environment));
  await failPhoto(db, (await photoRow(env, slug)).id, "gave-up");
  return slug;
}

test("an archived original is asked for where its download was wanted", async () => {
  const slug = await prepare(anna);
  await env.space.glacier.archive(`originals/${slug}`);
  await page.goto(`/photos/${slug}`);
  await page.getByRole("link", { name: "Download the original" }).click();
  await page.getByRole("heading", { name: "Your original lies in the archive" }).waitFor();
  await page.getByRole("button", { name: "Fetch it for me" }).click();
  await page.waitForURL(`/photos/${slug}`);
  await page.getByText("Your original is being fetched from the archive.").waitFor();
});

test("a narrowed photo comes back by itself", async () => {
  const slug = await prepare(anna);
  await env.worker.stop();
  await page.goto(`/photos/${slug}`);
  await page.locator("summary", { hasText: "Edit" }).click();
  await page.locator("input[value=link]").check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "This photo is being prepared" }).waitFor();
  await env.worker.start();
  await page.locator(".stage").waitFor();
  // The page that went by itself did not take it along, and it comes once.
  const notice = page.getByText("Your changes are saved.");
  await notice.waitFor();
  await page.reload();
  await page.locator(".stage").waitFor();
  expect(await notice.count()).toBe(0);
});

test("a failed photo that is tried again comes by itself", async () => {
  const slug = await failed();
  await page.goto(`/photos/${slug}`);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "This photo is being prepared" }).waitFor();
  await env.worker.start();
  await page.locator(".stage").waitFor();
});

test("a photo whose original has to be fetched from the archive says so while one looks", async () => {
  await env.worker.start();
  const slug = await prepare(anna);
  const { id } = await photoRow(env, slug);
  await env.space.glacier.archive(`originals/${slug}`);
  await using db = connectDatabase(readDatabaseConfig(env.environment));
  const sql = "UPDATE photos SET status = 'failed', failure = 'gave-up' WHERE id = :id";
  await db.sequelize.query(sql, { replacements: { id } });
  await env.worker.stop();
  await page.goto(`/photos/${slug}`);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "This photo is being prepared" }).waitFor();
  await env.worker.start();
  await page.getByRole("heading", { name: "This photo waits for its original" }).waitFor();
  expect(await page.getByText("you need not keep this page open").isVisible()).toBe(true);
});
