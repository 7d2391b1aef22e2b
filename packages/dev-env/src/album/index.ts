import type { AwkwardPicture } from "./awkward-picture.ts";
import { unusablePictures } from "./unusable.ts";
import { usablePictures } from "./usable.ts";

export type { AwkwardPicture, Expectation } from "./awkward-picture.ts";
export { deepPng, hugePng } from "./bombs.ts";
export { cameraPhoto, cameraSecrets, cameraTakenAt } from "./camera.ts";
export { look, luggage } from "./look.ts";
export { quadrantColours, quadrants, type Colour } from "./quadrants.ts";
export { smuggled, usablePictures } from "./usable.ts";
export { unusablePictures } from "./unusable.ts";
export { wildPictures, type WildPicture } from "./wild/wild.ts";

/** Pictures made by code, with what has to become of each: for every test that needs a photo. */
export const album: readonly AwkwardPicture[] = [...usablePictures, ...unusablePictures];

/** The one of that name. */
export function picture(name: string): AwkwardPicture {
  const found = album.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`the album has no picture named "${name}"`);
  return found;
}
