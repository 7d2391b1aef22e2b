import type { Page } from "../client/client.ts";
import { type Saw, sawOf, sawOfError, type Wanted } from "./saw.ts";

export const kinds = [
  "front page",
  "photo page",
  "style sheet",
  "own front page",
  "own page",
  "sign-up",
  "sign-in",
  "comment",
  "like",
  "upload",
  "direct upload",
] as const;
export type Kind = (typeof kinds)[number];

/** What one person did once, and what came of it. */
export type Asked = {
  kind: Kind;
  /** When it began, by `performance.now()`. */
  at: number;
  milliseconds: number;
  saw: Saw;
};

/** Asks, and keeps what came of it; resolves with the page if that ends the matter: one that was asked for, or `also`. */
export type Ask = (
  kind: Kind,
  wanted: Wanted & { also?: (page: Page) => boolean },
  request: () => Promise<Page>,
) => Promise<Page | undefined>;

/** Browsers do not try again by themselves: what fails is on record. */
export function keepAsked(asked: Asked[], onPage: (page: Page) => void): Ask {
  return async (kind, wanted, request) => {
    const at = performance.now();
    const note = (saw: Saw) =>
      void asked.push({ kind, at, milliseconds: performance.now() - at, saw });
    try {
      const page = await request();
      const saw = sawOf(page, wanted);
      note(saw);
      onPage(page);
      const isAnswer = wanted.status.includes(page.status) && saw !== "signed out";
      return isAnswer || wanted.also?.(page) ? page : undefined;
    } catch (error) {
      note(sawOfError(error));
      return undefined;
    }
  };
}
