import { maxMegapixels, type PhotoFailure } from "./accepted.ts";

const words: Record<PhotoFailure, string> = {
  "not-an-image": "This file is not a picture. Choose a JPEG, PNG, WebP, GIF, AVIF or HEIC file.",
  "unsupported-format":
    "This kind of picture is not accepted. Save it as JPEG, PNG, WebP, GIF, AVIF or HEIC and try again.",
  damaged:
    "The file is damaged and cannot be read to its end. Copy it from the camera again, or export it anew.",
  "too-many-pixels": `The picture has more than ${maxMegapixels} megapixels. Make it smaller and try again.`,
  "too-demanding":
    "The picture takes more memory or time to read than we can give to one. Save it smaller, or as a plain JPEG, and try again.",
  "too-large": "The file is too large. Make it smaller and try again.",
  empty: "The file is empty. Nothing of it arrived.",
  "never-arrived": "The upload was not finished. Send the file again.",
  "gave-up":
    "We could not make this picture ready, though we tried several times. The operators have been told.",
};

/** Why a photo could not be made ready, in its owner's words; what is not known by now is the last of these. */
export function describeFailure(failure: string): string {
  const known: Readonly<Record<string, string>> = words;
  return known[failure] ?? words["gave-up"];
}
