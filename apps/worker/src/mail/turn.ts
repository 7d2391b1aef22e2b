import { setTimeout as delay } from "node:timers/promises";

import { findNextPlace, setMailRate, takePlace } from "@tendril/database";
import { minutes, NotYetError, seconds } from "@tendril/runtime";

import type { WorkerContext } from "../context.ts";
import { askSendRate } from "./ses.ts";

/** A job waits that long for its place in here; farther places are not taken. */
const longestWaitMs = seconds(5);

/** Who wakes up later has lost the place: a process that stood still must not send all at once what it had in hand. */
const tolerableMs = 250;

const tries = 5;

/**
 * Ordinary mail that is later than this is part of a backlog: it takes a new place behind, and the queue gets free
 * for mails that people wait for.
 */
const backlogMs = minutes(5);

type Turn = { essential: boolean; lateMs: number; signal: AbortSignal };

/** Resolves when SES may be called once. All workers together stay within the account's rate. */
export async function awaitTurn(
  { db }: Pick<WorkerContext, "db">,
  { essential, lateMs, signal }: Turn,
): Promise<void> {
  if (!essential && lateMs > backlogMs) {
    const again = (await takePlace(db, "ordinary")) ?? 0;
    if (again > seconds(1)) throw new NotYetError("It stands in a backlog", again / 1_000);
  }
  for (let attempt = 1; attempt <= tries; attempt++) {
    const waitMs = await takePlace(db, "sending", longestWaitMs);
    if (waitMs === null) break;
    const due = performance.now() + waitMs;
    await delay(waitMs, undefined, { signal });
    if (performance.now() - due <= tolerableMs) return;
  }
  // With jitter, so that not all who wait for the same end come back in the same moment.
  const farMs = (await findNextPlace(db, "sending")) + seconds(1 + Math.random() * 4);
  throw new NotYetError("The sending rate leaves no place now", farMs / 1_000);
}

/** All workers go by the same rows, whoever wrote them last: the operator's word, else that of SES. */
export async function refreshSendRate({
  db,
  ses,
  config,
}: Pick<WorkerContext, "db" | "ses" | "config">): Promise<void> {
  await setMailRate(db, config.mail.maxSendRate ?? (await askSendRate(ses)));
}
