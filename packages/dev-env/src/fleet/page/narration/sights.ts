import type { FleetSnapshot } from "../../fleet.ts";
import type { Sentence } from "./scene.ts";
import { capital, list } from "./words.ts";

/** What no event tells, but a second look does: photos that not every server has, and ticks that came twice. */
export function narrateSights() {
  let photosBefore = "";
  const toldTasks = new Set<string>();

  return ({ at, plan, photos, ticks }: FleetSnapshot): Sentence[] => {
    const sentences: Sentence[] = [];
    const all = photos[0]?.all ?? 0;
    if (!plan.shared.photos && photos.some(({ kept }) => kept < all)) {
      const kept = list(photos.map(({ server, kept }) => `${server} has ${kept}`));
      const text = `Of ${all} photos ${kept}: each keeps what was sent to it on its own disk, so photos vanish and come back.`;
      if (photosBefore !== text) sentences.push({ at, tone: "bad", text });
      photosBefore = text;
    }
    for (const { task, scheduledAt, tries } of ticks) {
      if (tries < 2 || toldTasks.has(task)) continue;
      toldTasks.add(task);
      const text = `${capital(task)} was due at ${scheduledAt.toISOString().slice(11, 16)} UTC and sent by ${tries} clocks. It was done once: without the ledger it would have been done ${tries} times.`;
      sentences.push({ at, tone: "plain", text });
    }
    return sentences;
  };
}
