import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  cameraPhoto,
  cameraSecrets,
  cameraTakenAt,
  look,
  luggage,
  picture,
  quadrantColours,
  smuggled,
  unusablePictures,
  usablePictures,
  type AwkwardPicture,
} from "@tendril/dev-env/album";
import { fallbackWidth, variantWidths } from "@tendril/storage";
import sharp from "sharp";
import { thumbHashToRGBA } from "thumbhash";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { processImage } from "./process-image.ts";
import { UnreadableImageError } from "./unreadable-image-error.ts";

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), "images-"))));
afterEach(() => rm(directory, { recursive: true }));

async function store(bytes: Buffer): Promise<string> {
  const path = join(directory, "original");
  await writeFile(path, bytes);
  return path;
}

async function process(awkward: AwkwardPicture) {
  return processImage(await store(await awkward.bytes()), { directory });
}

async function colours(awkward: AwkwardPicture) {
  const { variants } = await process(awkward);
  return Promise.all(variants.map(({ path }) => look(path)));
}

const others = [
  "transparent",
  "grey",
  "grey with transparency",
  "100 megapixels",
  "thread",
  "one pixel",
];
const colourful = usablePictures.filter(({ name }) => !others.includes(name));

/** To ink and back is not exact: a press profile is not its own inverse. Inks taken for light are off by 100. */
const tolerances: Record<string, number> = { cmyk: 30, "cmyk without profile": 30 };

describe.each(usablePictures)("$name", (awkward) => {
  test("becomes a photo with clean variants of the right sizes, never enlarged", async () => {
    const { contentType, width, height, placeholder, variants } = await process(awkward);
    expect({ status: "ready", contentType, width, height }).toEqual(awkward.expected);

    const widths = variantWidths({ width, height }).toReversed();
    const fallback = fallbackWidth({ width, height });
    const names = widths.flatMap((each) =>
      each === fallback ? [`w${each}.webp`, `w${each}.jpg`] : [`w${each}.webp`],
    );
    expect(variants.map(({ name }) => name)).toEqual(names);

    for (const variant of variants) {
      const bytes = await readFile(variant.path);
      const metadata = await sharp(bytes).metadata();
      expect(variant).toMatchObject({
        width: metadata.width,
        height: metadata.height,
        bytes: bytes.length,
      });
      expect(metadata).toMatchObject({
        mediaType: variant.contentType,
        space: "srgb",
        depth: "uchar",
      });
      expect(variant.width).toBeLessThanOrEqual(width);
      expect(variant.height).toBeLessThanOrEqual(height);
      expect(metadata.pages ?? 1).toBe(1);
      expect(luggage(bytes)).toEqual([]);
      for (const secret of [
        ...Object.values(cameraSecrets),
        smuggled,
        "Exif\0",
        "ICC_PROFILE",
        "ns.adobe.com",
      ]) {
        expect(bytes.includes(secret)).toBe(false);
      }
    }
    expect(thumbHashToRGBA(Buffer.from(placeholder, "base64")).rgba.length).toBeGreaterThan(0);
  });
});

test.each(colourful)("$name stands upright in its own colours", async (awkward) => {
  for (const seen of await colours(awkward)) {
    for (const corner of ["topLeft", "topRight", "bottomLeft", "bottomRight"] as const) {
      const off = seen[corner].map((value, channel) =>
        Math.abs(value - (quadrantColours[corner][channel] ?? 0)),
      );
      expect(Math.max(...off), `${corner} is ${seen[corner]}`).toBeLessThan(
        tolerances[awkward.name] ?? 6,
      );
    }
  }
});

describe.each(unusablePictures)("$name", (awkward) => {
  test("is refused with its reason, and nothing is left behind", async () => {
    const refused = process(awkward);
    await expect(refused).rejects.toBeInstanceOf(UnreadableImageError);
    await expect(refused).rejects.toMatchObject({
      reason: "reason" in awkward.expected && awkward.expected.reason,
    });
    expect(await readdir(directory)).toEqual(["original"]);
  });
});

describe("pictures without four colours", () => {
  test("transparency is kept in WebP and is white paper in JPEG", async () => {
    const { variants } = await process(picture("transparent"));
    for (const { path, contentType } of variants) {
      const { hasAlpha } = await sharp(path).metadata();
      expect(hasAlpha).toBe(contentType === "image/webp");
      const { topLeft, topRight } = await look(path);
      expect(topLeft[0] - topLeft[2]).toBeGreaterThan(100);
      expect(Math.min(...topRight)).toBeGreaterThan(250);
    }
  });

  test("grey stays grey, light stays light", async () => {
    for (const { topLeft, bottomRight } of await colours(picture("grey"))) {
      expect(Math.max(...topLeft) - Math.min(...topLeft)).toBeLessThan(3);
      expect(bottomRight[0]).toBeGreaterThan(topLeft[0] + 50);
    }
  });
});

describe("when it was taken", () => {
  test.each(["orientation 1", "heic"])("is read from the EXIF of: %s", async (name) => {
    expect((await process(picture(name))).takenAt).toEqual(cameraTakenAt);
  });

  test("is unknown without EXIF", async () => {
    expect((await process(picture("palette"))).takenAt).toBeNull();
  });
});

describe("stopping", () => {
  test("an aborted signal lets nothing begin", async () => {
    const path = await store(await picture("orientation 1").bytes());
    const reason = new Error("the worker stops");
    await expect(processImage(path, { directory, signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
    expect(await readdir(directory)).toEqual(["original"]);
  });

  test("an abort in the middle ends the work after the step in progress", async () => {
    const path = await store(await cameraPhoto());
    const controller = new AbortController();
    const processing = processImage(path, { directory, signal: controller.signal });
    const reason = new Error("the time limit");
    setTimeout(() => controller.abort(reason), 20);
    await expect(processing).rejects.toBe(reason);
    expect(await readdir(directory)).not.toContain("w320.webp");
  });

  test("an abort ends the thread that decodes HEIC", async () => {
    const path = await store(await picture("heic").bytes());
    const controller = new AbortController();
    const processing = processImage(path, { directory, signal: controller.signal });
    const reason = new Error("the time limit");
    setTimeout(() => controller.abort(reason), 20);
    await expect(processing).rejects.toBe(reason);
  });
});

describe("trouble that is not the photo's", () => {
  test("a missing original says nothing about the photo", async () => {
    const processing = processImage(join(directory, "gone"), { directory });
    await expect(processing).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("variants that cannot be written say nothing about the photo", async () => {
    const path = await store(await picture("palette").bytes());
    const processing = processImage(path, { directory: join(directory, "gone") });
    await expect(processing).rejects.not.toBeInstanceOf(UnreadableImageError);
  });
});
