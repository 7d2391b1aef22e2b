import type { Space } from "../space/space.ts";
import { silentMs, slowMs, type PushTrouble, type SesTrouble } from "./troubles.ts";

const usualEvents = { delayMs: 0, lost: false, copies: 1 };

const lateMs = 8_000;

/** Answers how to end it. */
export function troubleSes({ fronts }: Space, how: SesTrouble): () => void {
  const { behaviour } = fronts.ses;
  const { maxSendRate } = behaviour;
  switch (how) {
    case "slow":
      behaviour.answerAfterMs = slowMs;
      break;
    case "silent":
      behaviour.answerAfterMs = silentMs.ses;
      break;
    case "throttles":
      behaviour.maxSendRate = 5;
      break;
    case "breaks before accepting":
      behaviour.breaks = "before accepting";
      break;
    case "breaks after accepting":
      behaviour.breaks = "after accepting";
      break;
    case "tells late":
      behaviour.events = { ...usualEvents, delayMs: lateMs };
      break;
    case "breaks and never tells":
      behaviour.breaks = "after accepting";
      behaviour.events = { ...usualEvents, lost: true };
  }
  const good = { answerAfterMs: 0, breaks: "never", maxSendRate, events: usualEvents } as const;
  return () => void Object.assign(behaviour, good);
}

export async function troublePush({ push }: Space, how: PushTrouble): Promise<() => Promise<void>> {
  const { behaviour } = push;
  switch (how) {
    case "stopped":
      await push.stop();
      break;
    case "silent":
      behaviour.answerAfterMs = silentMs.push;
      break;
    case "busy":
      behaviour.busy = true;
      break;
    case "breaks before accepting":
      behaviour.breaks = "before accepting";
      break;
    case "breaks after accepting":
      behaviour.breaks = "after accepting";
  }
  return async () => {
    Object.assign(behaviour, { answerAfterMs: 0, breaks: "never", busy: false });
    await push.resume();
  };
}
