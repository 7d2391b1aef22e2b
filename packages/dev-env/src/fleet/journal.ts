import type { FleetEvent, ScalingDecision } from "./fleet.ts";

type Happening = FleetEvent extends infer Event
  ? Event extends FleetEvent
    ? Omit<Event, "at">
    : never
  : never;

/** What happened, for whoever listens. */
export interface Journal {
  /** Newest first. */
  readonly decisions: readonly ScalingDecision[];
  tell(happening: Happening): void;
  on(listener: (event: FleetEvent) => void): Disposable;
}

const keptDecisions = 50;

export function openJournal(): Journal {
  const listeners = new Set<(event: FleetEvent) => void>();
  const decisions: ScalingDecision[] = [];
  return {
    decisions,
    tell(happening) {
      if (happening.kind === "decision") {
        decisions.unshift(happening.decision);
        decisions.length = Math.min(decisions.length, keptDecisions);
      }
      const event = { at: new Date(), ...happening };
      for (const listener of listeners) listener(event);
    },
    on(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
}
