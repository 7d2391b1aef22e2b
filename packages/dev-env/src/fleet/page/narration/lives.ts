import type { FleetEvent } from "../../fleet.ts";
import type { Scene, Sentence } from "./scene.ts";
import { inSeconds } from "./words.ts";

/** Instances that come and go as somebody decided. */
export function narrateLives(scene: Scene) {
  return (event: FleetEvent): Sentence[] => {
    if (event.kind !== "instance") return [];
    const { instance, tier, state, at, why } = event;
    // Below level 6 a worker stands beside each web instance: what happens to one happens to both.
    if (tier === "worker" && scene.plan.workers === null) return [];
    const before = scene.actors.get(instance);
    const say = (text: string, tone: Sentence["tone"] = "plain"): Sentence[] => [
      { at, tone, text },
    ];
    switch (state) {
      case "launching":
        return say(`${instance} is being started.`);
      case "serving": {
        if (before?.state === "unhealthy") return say(`${instance} answers again.`, "good");
        const took = before ? ` It took ${inSeconds(at.getTime() - before.since.getTime())}.` : "";
        if (tier === "worker") return say(`${instance} takes jobs now.${took}`, "good");
        const share = shares[scene.serving().length] ?? "its share of the requests";
        return say(`${instance} serves.${took} From now on it gets ${share}.`, "good");
      }
      case "unhealthy":
        if (before?.killed) return [];
        return say(
          `${instance} does not answer its health check: it gets no more requests.`,
          "bad",
        );
      case "draining":
        return tier === "web"
          ? say(`${instance} gets no new requests and finishes those that it has.`)
          : say(`${instance} takes no new jobs and finishes those that it has.`);
      case "gone":
        if (before?.killed) return say(`${instance} is gone: the group puts another in its place.`);
        if (before?.state === "draining")
          return say(`${instance} is gone. Nobody noticed: it had nothing left to do.`);
        return say(`${instance} is gone. ${why}`, "bad");
    }
  };
}

/** By how many others serve already. */
const shares = [
  "all requests",
  "every second request",
  "every third request",
  "every fourth request",
  "every fifth request",
  "every sixth request",
];
