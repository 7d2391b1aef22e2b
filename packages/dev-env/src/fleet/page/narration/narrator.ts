import type { FleetEvent, FleetSnapshot } from "../../fleet.ts";
import type { Threshold } from "../../scaling/thresholds.ts";
import { narrateAnswers } from "./answers.ts";
import { narrateDeaths } from "./deaths.ts";
import { narrateDependencies } from "./dependencies.ts";
import { narrateDials } from "./dials.ts";
import { narrateLives } from "./lives.ts";
import { type Scene, type Sentence, setScene } from "./scene.ts";
import { narrateSights } from "./sights.ts";
import { narrateSignIns } from "./sign-ins.ts";

/** Says in plain sentences what happens to a fleet. */
export interface Narrator {
  hear(event: FleetEvent): void;
  look(snapshot: FleetSnapshot): void;
  /** Newest first. */
  readonly sentences: readonly Sentence[];
}

const kept = 60;

export function createNarrator(
  snapshot: FleetSnapshot,
  thresholds: readonly Threshold[],
  isPatient: () => boolean = () => false,
): Narrator {
  const { scene, change } = setScene(snapshot, thresholds, isPatient);
  const voices = [
    narrateDeaths(scene),
    narrateLives(scene),
    narrateDials(scene),
    narrateDependencies(scene),
    narrateSignIns(scene),
    narrateAnswers(scene),
    narrateDecisions,
  ];
  const sights = narrateSights();
  const sentences: Sentence[] = [{ at: snapshot.at, tone: "plain", text: opening(scene) }];
  const tell = (told: readonly Sentence[]) => {
    for (const sentence of told) {
      if (sentence.about !== undefined && sentence.about === sentences[0]?.about) sentences.shift();
      sentences.unshift(sentence);
    }
    sentences.length = Math.min(sentences.length, kept);
  };
  return {
    sentences,
    hear(event) {
      for (const voice of voices) tell(voice(event));
      change(event);
    },
    look: (snapshot) => tell(sights(snapshot)),
  };
}

function opening({ plan, serving }: Scene): string {
  const servers = serving().length;
  return servers === 1
    ? `${plan.title}. Open the gallery, and see on this page what it does.`
    : `${plan.title}. ${servers} instances take turns: open the gallery, reload it, and see who answers.`;
}

function narrateDecisions(event: FleetEvent): Sentence[] {
  if (event.kind !== "decision" || event.decision.from === event.decision.to) return [];
  const { at, reason } = event.decision;
  return [{ at, tone: "plain", text: `${reason}.` }];
}
