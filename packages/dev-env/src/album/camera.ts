import sharp from "sharp";
import { quadrants, type Painting } from "./quadrants.ts";

/** What must never be found in anything that is served. */
export const cameraSecrets = { serialNumber: "SN-8841-TENDRIL", owner: "Ida Owner-Name" };
export const cameraTakenAt = new Date("2024-05-17T14:03:22Z");

const exif = {
  IFD0: { Make: "Acme", Model: "Pocket 12", Artist: cameraSecrets.owner },
  IFD2: {
    DateTimeOriginal: "2024:05:17 16:03:22",
    OffsetTimeOriginal: "+02:00",
    BodySerialNumber: cameraSecrets.serialNumber,
  },
  IFD3: {
    GPSLatitudeRef: "N",
    GPSLatitude: "48/1 12/1 3030/100",
    GPSLongitudeRef: "E",
    GPSLongitude: "16/1 22/1 2300/100",
  },
};

/** A photo as a camera or phone writes it: 12 megapixels, with place, time, serial number. */
export async function cameraPhoto(painting: Partial<Painting> = {}): Promise<Buffer> {
  const { orientation = 1 } = painting;
  return quadrants({ width: 4000, height: 3000, grain: 24, ...painting, orientation })
    .jpeg({ quality: 92 })
    .withExif(exif)
    .withMetadata({ orientation })
    .toBuffer();
}

/** The same EXIF by itself, as TIFF, for formats that sharp cannot write. */
export async function cameraExif(): Promise<Buffer> {
  const photo = await cameraPhoto({ width: 16, height: 16 });
  const { exif } = await sharp(photo).metadata();
  if (!exif) throw new Error("the camera photo has no EXIF");
  return exif.subarray("Exif\0\0".length);
}
