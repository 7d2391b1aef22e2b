import type { Page } from "../client/client.ts";

/** What somebody who asked got to see. */
export type Saw =
  | "answer"
  /** The page for visitors, to somebody who is signed in, with a word that sign-in is away. */
  | "as a visitor"
  /** The front page from the cache, with a word that it may be old. */
  | "marked"
  /** 503 from the app: words that say what is away. */
  | "honest 503"
  /** 503 from an instance's nginx whose app does not run. */
  | "starting 503"
  /** 503 from a balancer that has no target. */
  | "no server"
  | "502"
  | "504"
  | "broken off"
  | "no answer in time"
  /** The browser could not send its file to S3. */
  | "no storage"
  | "signed out"
  | `status ${number}`;

const visitorNotice = "Sign-in is away for a moment";
const signedInMark = "menu__who";

export type Wanted = {
  /** Any of these is an answer. */
  status: readonly number[];
  /** Whoever asks is signed in, and the page shows it. */
  member?: boolean;
};

export function sawOf(page: Page, { status, member = false }: Wanted): Saw {
  if (page.headers.get("location")?.startsWith("/sign-in")) return "signed out";
  if (!status.includes(page.status)) return refusalOf(page);
  if (!member) return isMarked(page) ? "marked" : "answer";
  if (page.text.includes(visitorNotice)) return "as a visitor";
  if (!page.text.includes(signedInMark)) return "signed out";
  return isMarked(page) ? "marked" : "answer";
}

const isMarked = ({ headers }: Page) => headers.get("server-timing")?.includes("stale") ?? false;

function refusalOf({ status, text }: Page): Saw {
  if (status === 502 || status === 504) return `${status}`;
  if (status !== 503) return `status ${status}`;
  if (text.includes("Tendril is starting")) return "starting 503";
  return isHonest(text) ? "honest 503" : "no server";
}

/** Says in words, on a page or for a script, that something is away. */
function isHonest(text: string): boolean {
  const words = "(right now|for a moment|in a moment)";
  return (
    new RegExp(`Not available right now.*${words}`, "s").test(text) ||
    new RegExp(`"code":"unavailable","message":"[^"]*${words}`).test(text)
  );
}

/** The browser's own word for a file that S3 did not take. */
export class StorageAwayError extends Error {
  override readonly name = "StorageAwayError";
}

export function sawOfError(error: unknown): Saw {
  if (error instanceof StorageAwayError) return "no storage";
  if (error instanceof Error && error.name === "TimeoutError") return "no answer in time";
  return "broken off";
}
