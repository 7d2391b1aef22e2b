import { findPushBrowsers } from "@tendril/database";
import type { Request } from "express";

import type { WebContext } from "../context.ts";
import { presentDay, type PresentedDate } from "../presenters/dates.ts";
import { readThisBrowser } from "./push-browser.ts";
import type { SignedIn } from "./sessions.ts";

/** For the partial `_push-setting`. */
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
  req: Request,
): Promise<PushSetting | null> {
  if (config.vapidPublicKey === null) return null;
  const here = readThisBrowser(config, req)?.endpointHash;
  const browsers = await findPushBrowsers(db, viewer.id);
  return {
    key: config.vapidPublicKey,
    browsers: browsers.map(({ id, browser, createdAt, lastSuccessAt, endpointHash: hash }) => ({
      id,
      name: browser,
      since: presentDay(createdAt),
      lastReached: lastSuccessAt && presentDay(lastSuccessAt),
      isThisOne: here?.equals(hash) ?? false,
    })),
  };
}
