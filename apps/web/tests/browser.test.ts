import { cameraPhoto, cameraSecrets, look, luggage, quadrantColours } from "@tendril/dev-env/album";
import { photoPath, startTestEnv, type TestEnv } from "@tendril/dev-env";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { layoutShift, recordPictures, signUpByForm, summary } from "./_browser.ts";

const upright = { name: "DSC_0001.JPG", mimeType: "image/jpeg", buffer: await cameraPhoto() };
const turned = {
  name: "DSC_0006.JPG",
  mimeType: "image/jpeg",
  buffer: await cameraPhoto({ orientation: 6, width: 3000, height: 4000 }),
};

let env: TestEnv;

beforeAll(async () => {
  env = await startTestEnv();
});
afterAll(() => env?.[Symbol.asyncDispose]());

describe("a photographer with a browser", () => {
  let page: Page;

  beforeAll(async () => {
    page = await env.browser({ viewport: { width: 1440, height: 900 } });
  });

  test("signs up and confirms the address that the mail went to", async () => {
    await signUpByForm(page, "robin");
    const mail = await env.inbox.waitFor("robin@example.com", /Confirm/);
    const [link] = /http:\S+verify-email\S+/.exec(mail.text) ?? [];
    await page.goto(link ?? "");
    await page.getByRole("button", { name: "Confirm" }).click();
    await expect
      .poll(() => page.getByRole("heading", { level: 1 }).textContent())
      .toMatch(/confirmed/);
    await env.inbox.waitFor("robin@example.com", /Welcome/);
  });

  test("uploads three camera photos and sees each become ready without a reload", async () => {
    await page.goto("/upload");
    await page.evaluate("window.notReloaded = true");
    await page.setInputFiles("input[type=file]", [upright, turned]);
    await page.setInputFiles("input[type=file]", photoPath("clock.jpg"));
    await page.getByRole("button", { name: "Upload 3 photos" }).click();
    await summary(page, "3 photos ready").waitFor();
    await page.getByRole("link", { name: "See your photos" }).waitFor();
    expect(await page.evaluate("window.notReloaded")).toBe(true);
  });

  test("finds them on the front page: upright, responsive, with placeholders, nothing moving", async () => {
    const pictures = recordPictures(page);
    await page.goto("/", { waitUntil: "networkidle" });
    const tiles = page.locator(".tile");
    expect(await tiles.count()).toBe(3);

    for (const tile of await tiles.all()) {
      const image = tile.locator("img.tile__image");
      expect(await image.getAttribute("width")).toMatch(/^\d+$/);
      expect(await image.getAttribute("height")).toMatch(/^\d+$/);
      expect(await tile.locator("source[type='image/webp']").getAttribute("srcset")).toMatch(
        / 320w, .* 1280w/,
      );
      expect(await tile.locator("img.tile__placeholder").getAttribute("src")).toMatch(
        /^data:image\/png/,
      );
    }
    expect(await layoutShift(page)).toBeLessThan(0.01);

    const shown = await pictures();
    expect(shown.length).toBe(3);
    for (const { body } of shown) {
      expect(luggage(body)).toEqual([]);
      expect(body.includes(cameraSecrets.serialNumber)).toBe(false);
    }
    const turnedTile = page.locator(".tile", {
      has: page.locator("img[width='3000'][height='4000']"),
    });
    const corners = await look(await turnedTile.locator("a.tile__frame").screenshot());
    for (const corner of ["topLeft", "topRight", "bottomLeft", "bottomRight"] as const) {
      const seen = corners[corner].map(Math.round);
      const painted = quadrantColours[corner];
      seen.forEach((value, channel) =>
        expect(Math.abs(value - (painted[channel] ?? 0))).toBeLessThan(12),
      );
    }
  });

  test("may choose photos before the scripts have arrived, and each of them once", async () => {
    const held = Promise.withResolvers<void>();
    await page.route(/\/upload[^/]*\.js$/, async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.goto("/upload", { waitUntil: "commit" });
    await page.setInputFiles("input[type=file]", photoPath("clock.jpg"));
    held.resolve();
    await page.getByRole("button", { name: "Upload 1 photo" }).waitFor();
    await page.unroute(/\/upload[^/]*\.js$/);
    await page.setInputFiles("input[type=file]", [photoPath("clock.jpg"), photoPath("drum.jpg")]);
    await page.getByText("This photo is in the list already.").waitFor();
    await page.getByRole("button", { name: "Upload 2 photos" }).waitFor();
  });

  test("watches photos on their way become ready on the front page", async () => {
    await env.worker.stop();
    await page.goto("/upload");
    await page.setInputFiles("input[type=file]", photoPath("fig.jpg"));
    await page.getByRole("button", { name: "Upload 1 photo" }).click();
    await page.getByText("Being prepared").first().waitFor();

    await page.goto("/");
    await page.evaluate("window.notReloaded = true");
    expect(await page.locator("img.tile__image").count()).toBe(3);
    await env.worker.start();
    await expect.poll(() => page.locator("img.tile__image").count(), { timeout: 20_000 }).toBe(4);
    expect(await page.evaluate("window.notReloaded")).toBe(true);
  });

  test("is told why a file is no photo, while the others go on", async () => {
    await page.goto("/upload");
    const diary = { name: "diary.jpg", mimeType: "image/jpeg", buffer: Buffer.from("Dear diary") };
    const torn = {
      name: "torn.jpg",
      mimeType: "image/jpeg",
      buffer: upright.buffer.subarray(0, 40_000),
    };
    await page.setInputFiles("input[type=file]", [diary, torn]);
    await page.setInputFiles("input[type=file]", photoPath("drum.jpg"));
    await page
      .getByRole("button", { name: /^Upload/ })
      .last()
      .click();
    await summary(page, "1 photo ready").waitFor({ timeout: 20_000 });
    await page.getByText("The file is damaged").first().waitFor();
    expect(await page.locator("main").textContent()).toMatch(
      /diary\.jpg[\s\S]*not a (picture|photo)/i,
    );
  });
});

describe("a photographer without JavaScript", () => {
  test("signs up, uploads by the form and finds the photo on the front page", async () => {
    const page = await env.browser({ javaScriptEnabled: false });
    await signUpByForm(page, "kim");
    await page.goto("/upload");
    await page.fill("[name=caption]", "Turned by hand");
    await page.setInputFiles("input[type=file]", [turned]);
    await page.locator("main form button[type=submit]").last().click();
    await page.waitForURL(/\/upload\?form=/);
    await env.drain();
    await page.reload();
    expect(await page.locator("main img[alt='Turned by hand']").count()).toBe(1);

    const onFrontPage = async () => {
      await page.goto("/");
      return page.locator("img[alt='Turned by hand']").count();
    };
    await expect.poll(onFrontPage, { timeout: 5_000 }).toBe(1);
    expect(await page.locator("img[alt='Turned by hand']").getAttribute("width")).toBe("3000");
  });
});
