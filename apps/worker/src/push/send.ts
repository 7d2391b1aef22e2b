import type { Vapid } from "@tendril/notifications";
import { hours, messageOf } from "@tendril/runtime";

import type { WorkerConfig } from "../config.ts";
import { createPushHosts, type PushHosts } from "./hosts.ts";
import { NeverReachedError, post, type PushAnswer, type PushRequest } from "./post.ts";
import { anyReach, InsideAddressError, publicReach, type Reach } from "./reach.ts";

/** How sending went, as far as anybody can know. */
export type PushOutcome =
  | { kind: "sent" }
  /** The push service does not know this browser any more. */
  | { kind: "gone"; why: string }
  /** It would say no again. */
  | { kind: "refused"; why: string }
  /** It certainly was not taken, and may be another time. */
  | { kind: "not-sent"; why: string; retryAfterSeconds: number; hostIsIll: boolean }
  | { kind: "unknown"; why: string };

/** However long a push service asks to wait, the job comes back within this. */
const longestWaitMs = hours(1);

export type PushSender = { vapid: Vapid; hosts: PushHosts; reach: Reach };

/** Takes a place at the push host, says so by `begin`, calls, and judges the answer. */
export async function sendPush(
  { hosts, reach }: Omit<PushSender, "vapid">,
  request: PushRequest,
  { begin, signal, now }: { begin: () => Promise<void>; signal: AbortSignal; now: () => Date },
): Promise<PushOutcome> {
  const place = await hosts.enter(request.url.host);
  let host: "well" | "ill" = "well";
  try {
    await begin();
    const outcome = await call(request, { reach, signal, now });
    if (outcome.kind === "unknown" || (outcome.kind === "not-sent" && outcome.hostIsIll))
      host = "ill";
    return outcome;
  } finally {
    place.end(host);
  }
}

async function call(
  request: PushRequest,
  { reach, signal, now }: { reach: Reach; signal: AbortSignal; now: () => Date },
): Promise<PushOutcome> {
  try {
    return judge(await post(request, { reach, signal }), now());
  } catch (error) {
    const why = messageOf(error);
    if (error instanceof InsideAddressError) return { kind: "refused", why };
    if (error instanceof NeverReachedError) {
      const retry = { retryAfterSeconds: 0, hostIsIll: true };
      return { kind: "not-sent", why: `The push service was not reached: ${why}`, ...retry };
    }
    return { kind: "unknown", why: `The push service gave no clear answer: ${why}` };
  }
}

function judge({ status, text, retryAfter }: PushAnswer, now: Date): PushOutcome {
  const why = `The push service answered ${status}${text === "" ? "" : `: ${text}`}`;
  if (status >= 200 && status < 300) return { kind: "sent" };
  if (status === 404 || status === 410) return { kind: "gone", why };
  if (status === 429 || status >= 500) {
    const retryAfterSeconds = readRetryAfter(retryAfter, now);
    return { kind: "not-sent", why, retryAfterSeconds, hostIsIll: status !== 429 };
  }
  return { kind: "refused", why };
}

/** In seconds or as a date; 0 when it says nothing that can be read. */
export function readRetryAfter(header: string | undefined, now: Date): number {
  if (header === undefined) return 0;
  const asked = /^\d+$/.test(header.trim())
    ? Number(header) * 1_000
    : Date.parse(header) - now.getTime();
  return Number.isNaN(asked) ? 0 : Math.max(0, Math.min(asked, longestWaitMs)) / 1_000;
}

/** Null without keys. */
export function createPushSender({ vapid, development }: WorkerConfig): PushSender | null {
  return (
    vapid && { vapid, hosts: createPushHosts(), reach: development ? anyReach : publicReach() }
  );
}
