import type { Browser, BrowserContextOptions, Page } from "playwright-core";

import { programPath } from "../programs/programs.ts";

export interface Browsers extends AsyncDisposable {
  /** A page in a profile of its own: nothing is shared with the other pages. */
  open(options?: BrowserContextOptions): Promise<Page>;
}

// The browser shall talk to the site under test and to nobody else.
const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const TIMEOUT = 15_000;

export function prepareBrowsers(baseURL: string): Browsers {
  let browser: Promise<Browser> | undefined;
  const launch = async () => {
    // Large, and most tests need no browser.
    const { chromium } = await import("playwright-core");
    return chromium.launch({
      executablePath: programPath("chromium"),
      args: [...FLAGS, ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
      timeout: 30_000,
    });
  };
  return {
    async open(options = {}) {
      browser ??= launch();
      const context = await (await browser).newContext({ baseURL, ...options });
      context.setDefaultTimeout(TIMEOUT);
      return context.newPage();
    },
    async [Symbol.asyncDispose]() {
      await (await browser)?.close();
    },
  };
}
