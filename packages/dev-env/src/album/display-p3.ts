import sharp from "sharp";
import type { Colour } from "./quadrants.ts";

/** The ICC profile that phones put into their photos. */
export async function displayP3Profile(): Promise<Buffer> {
  const pixel = sharp({ create: { width: 1, height: 1, channels: 3, background: "white" } });
  const { icc } = await sharp(await pixel.withIccProfile("p3").png().toBuffer()).metadata();
  if (!icc) throw new Error("the picture has no profile");
  return icc;
}

/** The numbers that Display P3 has for a colour given in sRGB. */
export function toDisplayP3(colour: Colour): Colour {
  const [red, green, blue] = [linear(colour[0]), linear(colour[1]), linear(colour[2])];
  return [
    encoded(0.8225 * red + 0.1774 * green),
    encoded(0.0332 * red + 0.9669 * green),
    encoded(0.0171 * red + 0.0724 * green + 0.9108 * blue),
  ];
}

function linear(value: number): number {
  return value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
}

function encoded(light: number): number {
  return 255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);
}
