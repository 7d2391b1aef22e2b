import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { photoPath, startTestEnv, type TestEnv } from "@tendril/dev-env";
import { unsubscribeToken } from "@tendril/notifications";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

import { browserPassword, signUpByForm, summary } from "./_browser.ts";
import { promote } from "./_ops.ts";
import { linkIn } from "./_people.ts";
import { query } from "./_social.ts";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const findings = z.array(
  z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }),
);

let env: TestEnv;
let member: Page;
let photo: string;
let operator: Page;
let job: string;
let unsubscribe: string;
let changeEmail: string;

beforeAll(async () => {
  env = await startTestEnv();
  member = await env.browser();
  await signUpByForm(member, "robin");
  await member.goto("/upload");
  await member.setInputFiles("input[type=file]", [photoPath("fig.jpg"), photoPath("drum.jpg")]);
  await member.getByRole("button", { name: "Upload 2 photos" }).click();
  await summary(member, "2 photos ready").waitFor();
  await member.goto("/");
  photo = (await member.locator(".tile a").first().getAttribute("href")) ?? "";
  const secrets = (env.environment["TOKEN_SECRETS"] ?? "").split(",");
  unsubscribe = `/unsubscribe?token=${unsubscribeToken(secrets, { userId: 1, scope: "comment" })}`;
  await member.goto("/settings/security");
  await member.getByLabel("New e-mail address").fill("robin@example.org");
  await member.getByLabel("Your password").fill(browserPassword);
  await member.getByRole("button", { name: "Change the address" }).click();
  await member.getByRole("button", { name: "Keep the address I have" }).waitFor();
  changeEmail = linkIn(await env.inbox.waitFor("robin@example.org", /new/), "/change-email");
  const friend = env.client();
  await friend.signUp("kim");
  await friend.post(`${photo}/comments`, { form_token: "comment-1", body: "For @robin\nA fig!" });
  await friend.post(`${photo}/like`);
  await friend.post(`${photo}/report`, { reason: "other", text: "It is a fig." });
  operator = await env.browser();
  await signUpByForm(operator, "olga");
  await promote(env, "olga");
  await query(
    env,
    `INSERT INTO dead_letters (queue, name, payload, error_name, error_message, stack, cause, attempts, created_at)
      VALUES ('media', 'process-photo', '{"photoId":1}', 'TypeError', 'No such picture', 'at show', 'cause', ?, NOW(3))`,
    [JSON.stringify([{ attempt: 1, worker: "w", outcome: "failed", at: new Date(), error: "No" }])],
  );
  await query(
    env,
    `INSERT INTO operator_actions (at, operator, action, subject_kind, subject_id, reason, after_value)
      VALUES (NOW(3), 'olga', 'dead edit', 'letter', '1', 'A typing error', '2')`,
  );
  const [row] = await query(env, "SELECT id FROM jobs WHERE name = 'process-photo' LIMIT 1");
  job = String(row?.["id"]);
});
afterAll(() => env?.[Symbol.asyncDispose]());

const pages = [
  "/",
  "/photo",
  "/photo/comments",
  "/@robin",
  "/@kim",
  "/following",
  "/upload",
  "/notifications",
  "/settings/profile",
  "/settings/notifications",
  "/settings/push",
  "/settings/security",
  "/sign-up",
  "/sign-in",
  "/forgot-password",
  "/change-email",
  "/nothing",
  "/unsubscribe",
];

const operatorPages = [
  "/ops",
  "/ops/letters",
  "/ops/letters?since=soon",
  "/ops/letters/1",
  "/ops/letters/1/edit",
  "/ops/letters/1/drop",
  "/ops/letters/redrive",
  "/ops/letters/redrives",
  "/ops/jobs",
  "/ops/jobs/job",
  "/ops/mails",
  "/ops/schedule",
  "/ops/fleet",
  "/ops/trace",
  "/ops/trace/job",
  "/ops/reports",
  "/ops/people",
  "/ops/people/robin",
  "/ops/history",
  "/photo/report",
];

const operatorPath = (path: string) =>
  path.replace(/\/(jobs|trace)\/job$/, `/$1/${job}`).replace("/photo/", `${photo}/`);

/** WCAG 2.2 A and AA, as far as a program can tell. */
async function problems(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found: unknown = await page.evaluate(
    `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] }).then(({ violations }) => violations)`,
  );
  return findings
    .parse(found)
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

describe.each(["light", "dark"] as const)("in the %s", (colorScheme) => {
  test.each(pages)("%s has no accessibility problems for a member", async (path) => {
    await member.emulateMedia({ colorScheme });
    await member.goto(
      path
        .replace("/photo", photo)
        .replace("/unsubscribe", unsubscribe)
        .replace("/change-email", changeEmail),
    );
    expect(await problems(member)).toEqual([]);
  });

  test.each(operatorPages)("%s has no accessibility problems for an operator", async (path) => {
    await operator.emulateMedia({ colorScheme });
    const response = await operator.goto(operatorPath(path));
    expect(response?.status()).toBe(path.includes("soon") ? 422 : 200);
    expect(await problems(operator)).toEqual([]);
  });
});

/** The narrowest phone, or a large zoom (WCAG 1.4.10). */
const narrow = { width: 320, height: 640 };
const overflow = "document.documentElement.scrollWidth - innerWidth";

test("a phone scrolls in one direction only", async () => {
  const visitor = await env.browser({ viewport: narrow, hasTouch: true });
  const phone = await member.context().newPage();
  await phone.setViewportSize(narrow);
  for (const page of [visitor, phone]) {
    for (const path of ["/", photo, `${photo}/comments`, "/@robin", "/sign-up"]) {
      await page.goto(path);
      expect([path, await page.evaluate(overflow)]).toEqual([path, 0]);
    }
  }
  await phone.close();
});

test("a phone scrolls in one direction only on operators' pages, too", async () => {
  await operator.setViewportSize(narrow);
  for (const path of operatorPages) {
    await operator.goto(operatorPath(path));
    expect([path, await operator.evaluate(overflow)]).toEqual([path, 0]);
  }
});

test("the whole gallery can be walked by keyboard", async () => {
  await member.goto("/");
  await member.keyboard.press("Tab");
  expect(await member.evaluate("document.activeElement.textContent")).toMatch(/Skip/i);
  await member.keyboard.press("Enter");
  const reached = new Set<unknown>();
  for (let press = 0; press < 8; press++) {
    await member.keyboard.press("Tab");
    reached.add(await member.evaluate("document.activeElement.getAttribute('href')"));
  }
  expect(reached).toContain(photo);
  await member.goto(photo);
  await member.keyboard.press("ArrowRight");
  await member.waitForURL((url) => url.pathname !== photo && url.pathname.startsWith("/photos/"));
});
