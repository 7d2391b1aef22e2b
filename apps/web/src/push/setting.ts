import { findPushBrowsers } from "@tendril/database";

import type { WebContext } from "../context.ts";
import { presentDay, type PresentedDate } from "../presenters/dates.ts";
import type { SignedIn } from "../http/sessions.ts";
import type { ThisBrowser } from "../http/this-browser.ts";

export type PushSetting = {
  /** What this browser subscribes with. */
  key: string;
  browsers: {
    id: number;
    name: string;
    since: PresentedDate;
    lastReached: PresentedDate | null;
    isThisOne: boolean;
  }[];
};

/** The browsers of a person that take pushes; null where pushes are not offered. */
export async function pushSetting(
  { db, config }: WebContext,
  viewer: SignedIn,
  here: ThisBrowser | null,
): Promise<PushSetting | null> {
  if (config.vapidPublicKey === null) return null;
  const browsers = await findPushBrowsers(db, viewer.id);
  return {
    key: config.vapidPublicKey,
    browsers: browsers.map(({ id, browser, createdAt, lastSuccessAt, endpointHash: hash }) => ({
      id,
      name: browser,
      since: presentDay(createdAt),
      lastReached: lastSuccessAt && presentDay(lastSuccessAt),
      isThisOne: here?.endpointHash.equals(hash) ?? false,
    })),
  };
}
