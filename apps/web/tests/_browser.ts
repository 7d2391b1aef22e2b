import type { Locator, Page } from "playwright-core";

/** Of whoever signed up by form. */
export const browserPassword = "four green tendrils";

export async function signUpByForm(page: Page, name: string): Promise<void> {
  await page.goto("/sign-up");
  await page.fill("[name=username]", name);
  await page.fill("[name=email]", `${name}@example.com`);
  await page.fill("[name=password]", browserPassword);
  await page.locator("main form button[type=submit]").click();
  await page.waitForURL((url) => url.pathname === "/");
}

/** The line under the list of uploads that says how many are where. */
export function summary(page: Page, text: string): Locator {
  return page.locator("[data-summary]", { hasText: text });
}

/** Cumulative layout shift of the page so far. */
export async function layoutShift(page: Page): Promise<number> {
  const shift: unknown = await page.evaluate(`new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries().reduce((sum, { value }) => sum + value, 0)))
      .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(0), 300);
  })`);
  return Number(shift);
}

/** Every photo that the page loads from now on, with its bytes as anybody gets them. */
export function recordPictures(page: Page): () => Promise<{ url: string; body: Buffer }[]> {
  const urls = new Set<string>();
  page.on("response", (response) => {
    const isPicture = response.headers()["content-type"]?.startsWith("image/");
    if (isPicture && new URL(response.url()).pathname.startsWith("/photos/"))
      urls.add(response.url());
  });
  // Asked for again, because the browser may have dropped what it has shown.
  const fetchOne = async (url: string) => {
    const response = await fetch(url);
    return { url, body: Buffer.from(await response.arrayBuffer()) };
  };
  return () => Promise.all([...urls].map(fetchOne));
}
