import { seconds } from "@tendril/runtime";

import type { FleetEvent } from "../../fleet.ts";
import type { Scene, Sentence } from "./scene.ts";

/** Without an error for so long: the next one is of another outage. */
const quietSeconds = 30;

/** Where pages come from, and answers that are errors. */
export function narrateAnswers(scene: Scene) {
  const told = new Set<string>();
  let troubleAt = -Infinity;

  return (event: FleetEvent): Sentence[] => {
    if (event.kind === "dependency" && event.state === "broken") troubleAt = -Infinity;
    if (event.kind !== "served") return [];
    const { at, instance, status, method, path, from } = event.served;
    if (status >= 500) {
      // Those of a killed instance are told with its death; of an outage's others, one speaks for all.
      if (instance !== null && scene.actors.get(instance)?.killed) return [];
      const goesOn =
        scene.broken.size > 0
          ? troubleAt !== -Infinity
          : at.getTime() - troubleAt < seconds(quietSeconds);
      troubleAt = at.getTime();
      if (goesOn) return [];
      const text =
        instance === null
          ? `No instance could take ${method} ${path}: the visitor was told so, with ${status}.`
          : `${instance} answered ${method} ${path} with ${status}.`;
      return [{ at, tone: "bad", text }];
    }
    if (from === null || path !== "/" || instance === null || told.has(from)) return [];
    told.add(from);
    const text =
      from === "cache"
        ? `${instance} showed the front page from the cache: the database was not asked.`
        : `${instance} fetched the front page from the database${
            scene.plan.cache ? "" : ", as it does for each visitor: there is no cache at this level"
          }.`;
    return [{ at, tone: "plain", text }];
  };
}
