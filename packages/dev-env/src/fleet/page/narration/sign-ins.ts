import { seconds } from "@tendril/runtime";

import type { FleetEvent } from "../../fleet.ts";
import type { Scene, Sentence } from "./scene.ts";

/** Sign-ins that flicker because each server knows its own, and their cure. */
export function narrateSignIns(scene: Scene) {
  const browsers = new Map<string, { knownBy: Set<string>; lostAt: number; shared: boolean }>();

  return (event: FleetEvent): Sentence[] => {
    if (event.kind !== "served") return [];
    const { at, instance, session, by } = event.served;
    if (by !== "browser" || session === null || instance === null) return [];
    const browser = browsers.get(session.tag) ?? {
      knownBy: new Set<string>(),
      lostAt: -Infinity,
      shared: false,
    };
    browsers.set(session.tag, browser);
    const { knownBy } = browser;
    const [other] = [...knownBy].filter((name) => name !== instance).reverse();

    if (!session.known) {
      const fresh = at.getTime() - browser.lostAt > seconds(10);
      if (other === undefined || scene.plan.shared.sessions || !fresh) return [];
      browser.lostAt = at.getTime();
      const text = `You were signed in on ${other}; ${instance} has its own sessions and does not know you.`;
      return [{ at, tone: "bad", text }];
    }
    if (knownBy.has(instance)) return [];
    knownBy.add(instance);
    if (other === undefined)
      return [{ at, tone: "plain", text: `You are signed in; ${instance} knows you.` }];
    if (browser.shared || !scene.plan.shared.sessions) return [];
    browser.shared = true;
    const text = `${instance} knows you as well as ${other} does: both ask the same Redis.`;
    return [{ at, tone: "good", text }];
  };
}
