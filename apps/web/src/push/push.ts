import {
  findPushBrowsers,
  findPushSubscriptionIds,
  hashOfEndpoint,
  insertPushSubscription,
  lockPushSubscription,
  removePushEndpoint,
  removePushSubscription,
  renewPushSubscription,
  transaction,
} from "@tendril/database";
import { postPushes } from "@tendril/jobs";
import { endpointProblem, publicKey } from "@tendril/notifications";
import { ConflictError, InvalidInputError, NotFoundError } from "@tendril/runtime";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import type { SignedIn } from "../http/sessions.ts";
import type { ThisBrowser } from "../http/this-browser.ts";

/** More browsers than anybody uses; those of the past are not told of by everybody. */
const mostBrowsers = 20;

/** What `PushSubscription.toJSON()` says. */
export const subscriptionForm = z.object({
  endpoint: z.string(),
  keys: z.object({
    p256dh: publicKey,
    auth: z.string().regex(/^[\w-]{22}$/, "must be 16 bytes in base64url"),
  }),
  /** The endpoint that this browser had before. */
  replaces: z.string().optional(),
});

/**
 * Pushes go to this browser from now on. One browser is one person's: the last who asked for it.
 * Past the limit the one that was not reached for longest makes room.
 */
export async function subscribe(
  context: WebContext,
  viewer: SignedIn,
  { endpoint, keys, replaces }: z.output<typeof subscriptionForm>,
  browser: string,
): Promise<ThisBrowser> {
  const problem = endpointProblem(endpoint, { development: context.config.local });
  if (problem !== null) throw new InvalidInputError(`The push address ${problem}.`);
  const found = { userId: viewer.id, endpoint, ...keys, browser };
  // A browser that says the same twice at once is noted by one of the two, and found by the other.
  const noted = (await note(context, found, replaces)) || (await note(context, found, replaces));
  if (!noted) throw new ConflictError("This browser is just being noted. Try again.");
  return { userId: viewer.id, endpointHash: hashOfEndpoint(endpoint) };
}

type Found = { userId: number; endpoint: string; p256dh: string; auth: string; browser: string };

/** False when another request was faster. */
function note({ db, clock }: WebContext, found: Found, replaces?: string): Promise<boolean> {
  return transaction(db, async (tx) => {
    const { userId, endpoint } = found;
    if (replaces !== undefined) await removePushEndpoint(tx, hashOfEndpoint(replaces), userId);
    const known = await lockPushSubscription(tx, endpoint);
    if (known?.userId === userId) {
      await renewPushSubscription(tx, known.id, found);
      return true;
    }
    // Not handed over: what still waits for the one before must not be shown to this one.
    if (known) await removePushSubscription(tx, known.id, known.userId);
    const others = await findPushBrowsers(tx, userId);
    for (const { id } of others.slice(mostBrowsers - 1))
      await removePushSubscription(tx, id, userId);
    return (await insertPushSubscription(tx, { ...found, createdAt: clock.now() })) !== null;
  });
}

export async function forgetEndpoint(
  { db }: WebContext,
  viewer: SignedIn,
  endpoint: string,
): Promise<void> {
  await removePushEndpoint(db, hashOfEndpoint(endpoint), viewer.id);
}

/** Removing what is gone already is no mistake: the list may be old. */
export async function forgetBrowser(
  { db }: WebContext,
  viewer: SignedIn,
  id: number,
): Promise<void> {
  await removePushSubscription(db, id, viewer.id);
}

/** Its person has signed out of it, or another one has signed in. */
export async function forgetSignedOut(
  { db }: WebContext,
  { userId, endpointHash }: ThisBrowser,
): Promise<void> {
  await removePushEndpoint(db, endpointHash, userId);
}

/** A real push, by the way that all of them go. */
export async function sendTest(
  { db, outbox }: WebContext,
  viewer: SignedIn,
  subscriptionId: number,
  trace: string,
): Promise<void> {
  await transaction(db, async (tx) => {
    const own = await findPushSubscriptionIds(tx, viewer.id);
    if (!own.includes(subscriptionId))
      throw new NotFoundError("This browser is not on your list any more.");
    const push = { userId: viewer.id, event: `test:${trace}`, notificationId: null };
    await postPushes(outbox, tx, { ...push, trace, subscriptionId });
  });
}
