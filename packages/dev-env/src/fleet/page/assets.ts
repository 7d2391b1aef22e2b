import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";

import { ROOT } from "../../apps/places.ts";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

const own = join(import.meta.dirname, "assets");
const gallery = join(ROOT, "apps/web/assets/styles");

const galleryStyles = ["_reset.css", "colors.css", "base.css", "button.css", "layout.css"];
const ownStyles = [
  "hues.css",
  "fleet.css",
  "head.css",
  "instances.css",
  "roll.css",
  "chart.css",
  "story.css",
  "ground.css",
];
/** In the order in which they are read. */
export const styles: readonly string[] = [...galleryStyles, ...ownStyles];

/** The page's own, and those of the gallery that make it look like one. */
const files: ReadonlyMap<string, string> = new Map([
  ...[...ownStyles, "without-script.css", "fleet.js", "morph.js", "flights.js"].map(
    (name) => [name, join(own, name)] as const,
  ),
  ...galleryStyles.map((name) => [name, join(gallery, name)] as const),
  ["favicon.svg", join(ROOT, "apps/web/assets/icons/favicon.svg")],
]);

/** Read anew each time: whoever works on them sees it at once. */
export async function readAsset(name: string): Promise<{ type: string; body: Buffer } | undefined> {
  const file = files.get(name);
  if (file === undefined) return undefined;
  return { type: types[extname(file)] ?? "text/plain", body: await readFile(file) };
}
