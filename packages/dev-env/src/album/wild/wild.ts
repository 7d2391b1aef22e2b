import { damages } from "./damage.ts";
import { lies } from "./lies.ts";
import { seeded } from "./random.ts";
import { sources } from "./sources.ts";

/** A picture as the world sends it. Of a damaged one nobody can say beforehand whether a reader gets through. */
export type WildPicture = {
  name: string;
  bytes: Buffer;
  becomes: "ready" | "failed" | "either";
};

/** Some 230 small ones, the same for the same seed: sound, damaged in every way, and made to deceive. */
export async function wildPictures(seed: number): Promise<WildPicture[]> {
  const random = seeded(seed);
  const pictures: WildPicture[] = [];
  for (const [source, make] of Object.entries(sources)) {
    const sound = await make();
    pictures.push({ name: source, bytes: sound, becomes: "ready" });
    for (const [damage, harm] of Object.entries(damages))
      pictures.push({ name: `${source} ${damage}`, bytes: harm(sound, random), becomes: "either" });
  }
  for (const [name, { bytes, becomes = "either" }] of Object.entries(lies))
    pictures.push({ name, bytes: await bytes(), becomes });
  return pictures;
}
