import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { signUpByForm } from "./_browser.ts";
import { prepare } from "./_photos.ts";
import { write } from "./_social.ts";

let env: TestEnv;
let anna: Client;
let page: Page;

beforeAll(async () => {
  env = await startTestEnv();
  anna = env.client();
  await anna.signUp("anna");
  page = await env.browser();
  await signUpByForm(page, "bruno");
});
afterAll(() => env?.[Symbol.asyncDispose]());

const announced = (page: Page, text: string) =>
  page.locator("#announcer", { hasText: text }).waitFor({ state: "attached" });

/** Opens a page, and tells later whether it is still the same one. */
async function open(page: Page, path: string): Promise<() => Promise<boolean>> {
  await page.goto(path);
  await page.evaluate("window.stayed = true");
  return async () => (await page.evaluate("window.stayed")) === true;
}

describe("with JavaScript", () => {
  test.each([
    ["like", async () => `/photos/${await prepare(anna)}`, "Like", "Liked", "1 like"],
    ["follow", async () => "/@anna", "Follow", "Following", "1 follower"],
  ])(
    "%s stays on the page, by keyboard, and holds after a reload",
    async (_, path, off, on, count) => {
      const stayed = await open(page, await path());
      const button = page.locator("main [aria-pressed]");
      expect(await button.innerText()).toBe(off);
      await button.focus();
      await page.keyboard.press("Enter");
      await page.getByText(count, { exact: true }).waitFor();
      expect([await button.getAttribute("aria-pressed"), await button.innerText()]).toEqual([
        "true",
        on,
      ]);
      expect(await page.evaluate("document.activeElement.ariaPressed")).toBe("true");
      expect(await stayed()).toBe(true);

      await page.reload();
      expect(await button.getAttribute("aria-pressed")).toBe("true");
      await open(page, page.url());
      await button.press("Space");
      await page.locator("main [aria-pressed=false]").waitFor();
      await page.reload();
      expect(await button.getAttribute("aria-pressed")).toBe("false");
    },
  );

  test("a comment appears in place, is said, and the form is ready for the next", async () => {
    const slug = await prepare(anna);
    const stayed = await open(page, `/photos/${slug}`);
    const field = page.getByLabel("Your comment");
    for (const [index, words] of ["First, @anna", "Second", "Second"].entries()) {
      await field.fill(words);
      await page.keyboard.press("Control+Enter");
      await page.locator(".comment").nth(index).waitFor();
      expect(await field.inputValue()).toBe("");
    }
    await announced(page, "Your comment is shown.");
    expect(await page.locator(".comment__body").allInnerTexts()).toEqual([
      "First, @anna",
      "Second",
      "Second",
    ]);
    expect(await page.locator(".comment__body a").getAttribute("href")).toBe("/@anna");
    expect(await page.locator("#comments-heading").innerText()).toBe("3 comments");
    expect(await stayed()).toBe(true);
    await page.reload();
    expect(await page.locator(".comment").count()).toBe(3);
  });

  test("a comment that is refused says why, and its words stay", async () => {
    await open(page, `/photos/${await prepare(anna)}`);
    const field = page.getByLabel("Your comment");
    await page.evaluate("document.querySelector('textarea').maxLength = 9999");
    await field.fill("x".repeat(2_001));
    await page.getByRole("button", { name: "Comment" }).click();
    await page.getByRole("alert").getByText("up to 2,000 characters").waitFor();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    expect(await field.inputValue()).toBe("x".repeat(2_001));
    await field.fill("Shorter");
    await page.getByRole("button", { name: "Comment" }).click();
    await page.locator(".comment", { hasText: "Shorter" }).waitFor();
    expect(await page.locator(".field__error").count()).toBe(0);
  });

  test("a comment written while the connection is away is not lost", async () => {
    await open(page, `/photos/${await prepare(anna)}`);
    await page.context().setOffline(true);
    await page.getByLabel("Your comment").fill("From a train");
    await page.getByRole("button", { name: "Comment" }).click();
    await page.getByText("The connection was lost. Try again.").waitFor();
    await page.context().setOffline(false);
    await page.getByRole("button", { name: "Comment" }).click();
    await page.locator(".comment", { hasText: "From a train" }).waitFor();
  });

  test("one's comment can be deleted in place, and the focus is not lost", async () => {
    const slug = await prepare(anna);
    await write(anna, slug, "Anna's");
    const stayed = await open(page, `/photos/${slug}`);
    await page.getByLabel("Your comment").fill("Not meant so");
    await page.getByRole("button", { name: "Comment" }).click();
    const comment = page.locator(".comment", { hasText: "Not meant so" });
    await comment.locator("summary").click();
    await comment.getByRole("button", { name: "Delete for everyone" }).click();
    await comment.waitFor({ state: "detached" });
    expect(await page.evaluate("document.activeElement.id")).toBe("comments-heading");
    expect(await page.locator("#comments-heading").innerText()).toBe("1 comment");
    expect(await stayed()).toBe(true);
    await page.reload();
    expect(await page.locator(".comment").count()).toBe(1);
  });

  test("arrow keys move in the comment, not to other photos", async () => {
    const path = `/photos/${await prepare(anna)}`;
    await open(page, path);
    await page.getByLabel("Your comment").fill("abc");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.type("!");
    expect(await page.getByLabel("Your comment").inputValue()).toBe("ab!c");
    expect(new URL(page.url()).pathname).toBe(path);
  });
});

test("without JavaScript all of it works by forms", async () => {
  const slug = await prepare(anna);
  const plain = await env.browser({ javaScriptEnabled: false });
  await signUpByForm(plain, "chiara");
  await plain.goto(`/photos/${slug}`);
  await plain.getByRole("button", { name: "Like" }).click();
  await plain.getByText("1 like", { exact: true }).waitFor();
  await plain.getByLabel("Your comment").fill("No script here");
  await plain.getByRole("button", { name: "Comment" }).click();
  await plain.locator(".comment:target", { hasText: "No script here" }).waitFor();
  await plain.locator(".comment summary").click();
  await plain.getByRole("button", { name: "Delete for everyone" }).click();
  await plain.getByText("No comments yet").waitFor();
  await plain.getByRole("link", { name: "anna" }).first().click();
  await plain.getByRole("button", { name: "Follow" }).click();
  await plain.getByRole("button", { name: "Following" }).waitFor();
  await plain.locator(".header").getByRole("link", { name: "Following" }).click();
  await plain.locator(`.tile[data-slug="${slug}"]`).waitFor();
});
