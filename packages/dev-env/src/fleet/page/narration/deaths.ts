import type { FleetEvent } from "../../fleet.ts";
import type { Scene, Sentence } from "./scene.ts";
import { capital, count, inSeconds, list } from "./words.ts";

/** Instances that were killed: what it cost, and who noticed. */
export function narrateDeaths(scene: Scene) {
  const dying = new Map<string, { at: Date; failed: number }>();

  return (event: FleetEvent): Sentence[] => {
    const { at } = event;
    if (event.kind === "killed") {
      if (event.tier === "worker")
        return scene.plan.workers === null
          ? []
          : [{ at, tone: "bad", text: workerDied(event.instance) }];
      dying.set(event.instance, { at, failed: 0 });
      const text = `${event.instance} was killed, as if somebody had pulled its plug.`;
      return [{ at, tone: "bad", text }];
    }
    if (event.kind === "served") {
      const { instance, status } = event.served;
      const death = instance === null ? undefined : dying.get(instance);
      if (death && status >= 500) death.failed += 1;
      return [];
    }
    if (event.kind !== "instance" || event.state === "serving") return [];
    const death = dying.get(event.instance);
    if (!death) return [];
    dying.delete(event.instance);
    const others = scene.serving().filter((name) => name !== event.instance);
    const noticed = inSeconds(at.getTime() - death.at.getTime());
    const failed = capital(
      `${count(death.failed, "request")} in flight on ${event.instance} failed`,
    );
    // What it left unanswered another one has answered; where there is none, nobody could.
    const unharmed = others.length > 0 ? "No request failed; the" : "The";
    const text = [
      `${death.failed > 0 ? `${failed}; the` : unharmed} balancer noticed after ${noticed}`,
      others.length > 0
        ? ` and sends everything to ${list(others)}. `
        : ". There is no other instance: visitors see an error until a new one serves. ",
      toll(scene.plan.shared),
    ].join("");
    return [{ at, tone: death.failed === 0 && others.length > 0 ? "good" : "bad", text }];
  };
}

/** What was on it alone. */
function toll({ database, sessions, photos }: Scene["plan"]["shared"]): string {
  if (!database)
    return "Its database, sessions and photos died with it: the one that follows begins with nothing.";
  if (!sessions)
    return "Whoever was signed in there is signed out: its sessions died with it, and its photos.";
  if (!photos) return "Nobody was signed out: sessions live in Redis. Its photos died with it.";
  return "Nobody was signed out: sessions live in Redis.";
}

const workerDied = (name: string) =>
  `${name} was killed, as if somebody had pulled its plug. The jobs that it was doing are not lost: \
their leases run out, and another worker does them. A tick that falls due before another one leads the clock may be \
missed: /ops/schedule says so then, and what becomes of it.`;
