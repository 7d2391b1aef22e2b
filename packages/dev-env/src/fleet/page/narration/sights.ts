import type { FleetSnapshot } from "../../fleet.ts";
import type { Sentence } from "./scene.ts";
import { list } from "./words.ts";

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
      if (photosBefore !== text) sentences.push({ at, tone: "bad", text, about: "photos" });
      photosBefore = text;
    }
    const twice = ticks.filter(({ task, tries }) => tries > 1 && !toldTasks.has(task));
    for (const { task } of twice) toldTasks.add(task);
    const clocks = Math.max(0, ...twice.map(({ tries }) => tries));
    if (clocks > 0) {
      const tasks = list(twice.map(({ task }) => task));
      const [was, it] = twice.length === 1 ? ["was", "it"] : ["were each", "each"];
      const text = `${tasks} ${was} due once and sent by ${clocks} clocks, and done once: without the ledger ${it} would have been done ${clocks} times.`;
      sentences.push({ at, tone: "plain", text });
    }
    return sentences;
  };
}
