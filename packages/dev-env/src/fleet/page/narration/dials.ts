import type { FleetEvent } from "../../fleet.ts";
import type { Scene, Sentence } from "./scene.ts";
import { inSeconds } from "./words.ts";

/** Dials and visitors: what they will do to the mean, and what follows from that. */
export function narrateDials(scene: Scene) {
  return (event: FleetEvent): Sentence[] => {
    const { at } = event;
    if (event.kind === "visitors") {
      if (event.perSecond === scene.visitors) return [];
      const text =
        event.perSecond > 0
          ? `Some visitors come: about ${event.perSecond} requests a second, for the front page and photos.`
          : `The visitors have gone.`;
      return [{ at, tone: "plain", text }];
    }
    if (event.kind !== "dial") return [];
    const { instance, latencyMs } = event;
    const slow =
      latencyMs === 0
        ? `${instance} answers at once again.`
        : `Each answer of ${instance} takes ${inSeconds(latencyMs)} longer from now on.`;
    const serving = scene.serving();
    if (!serving.includes(instance)) return [{ at, tone: "plain", text: slow }];
    const latencies = serving.map((name) =>
      name === instance ? latencyMs : (scene.actors.get(name)?.latencyMs ?? 0),
    );
    const mean = latencies.reduce((sum, ms) => sum + ms, 0) / latencies.length;
    return [{ at, tone: "plain", text: `${slow} ${outlook(scene, mean)}` }];
  };
}

function outlook(scene: Scene, meanMs: number): string {
  const { thresholds, timeLapse, visitors, isPatient } = scene;
  const goes = `Each instance gets as many requests as the others, so the mean goes to ${inSeconds(meanMs)}`;
  if (thresholds.length === 0)
    return `${goes}. Nothing scales at this level: whoever lands on a slow one waits.`;
  const crossed = thresholds.find(({ seconds, side }) =>
    side === "above" ? meanMs / 1_000 > seconds : meanMs / 1_000 < seconds,
  );
  if (!crossed) return `${goes}: neither high nor low enough for a change.`;
  const minute = timeLapse === 1 ? "a minute" : `a minute (${inSeconds(60_000 / timeLapse)} here)`;
  const when = isPatient() ? ", once the patience after the last change is over" : "";
  const follows = crossed.adjustment > 0 ? "one instance more" : "one instance less";
  const unless = crossed.adjustment < 0 ? ", unless there are only as many as there must be" : "";
  const nobody =
    visitors === 0 ? " Send some visitors, so that there is something to measure." : "";
  return `${goes}: ${crossed.side} ${crossed.seconds} s, which makes ${follows} after ${minute}${when}${unless}.${nobody}`;
}
