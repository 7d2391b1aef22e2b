import { blockSize, encodeHevc, profile, type HevcStream } from "./hevc.ts";
import { toDisplayP3 } from "./display-p3.ts";
import { quadrantColours, type Colour } from "./quadrants.ts";

type HeicOptions = { width: number; height: number; exif?: Buffer; displayP3?: Buffer };

/**
 * The test picture as phones store it: lying on its side, with a box that says how to turn it.
 * `width` and `height` are those of the upright picture, in multiples of 32. With the profile given,
 * its numbers are those of Display P3.
 */
export function heicPhoto({ width, height, exif, displayP3 }: HeicOptions): Buffer {
  const [columns, rows] = [height / blockSize, width / blockSize];
  const { topLeft, topRight, bottomLeft, bottomRight } = quadrantColours;
  const colours = [topRight, bottomRight, topLeft, bottomLeft];
  const samples = colours.map((colour) => solidBlock(displayP3 ? toDisplayP3(colour) : colour));
  const stream = encodeHevc({
    columns,
    rows,
    block: (column, row) =>
      samples[(row * 2 >= rows ? 2 : 0) + (column * 2 >= columns ? 1 : 0)] ?? new Uint8Array(384),
  });
  const image = lengthBefore(stream.picture);
  const items = exif ? [image, Buffer.concat([u32(0), exif])] : [image];
  const properties = [hvcC(stream), ispe(height, width), nclx(), box("irot", Buffer.from([3]))];
  if (displayP3) properties.push(box("colr", Buffer.from("prof"), displayP3));

  const start = box("ftyp", Buffer.from("heic\0\0\0\0mif1heic"));
  const length = meta(items, properties, 0).length;
  return Buffer.concat([
    start,
    meta(items, properties, start.length + length + 8),
    box("mdat", ...items),
  ]);
}

function meta(items: Buffer[], properties: Buffer[], dataStart: number): Buffer {
  const types = ["hvc1", "Exif"];
  const entries = items.map((_, index) =>
    fullBox("infe", 2, u16(index + 1), u16(0), Buffer.from(`${types[index]}\0`, "latin1")),
  );
  const associations = properties.map(
    (_, index) => index + 1 + (index === 0 || index === 3 ? 0x80 : 0),
  );
  return fullBox(
    "meta",
    0,
    fullBox("hdlr", 0, u32(0), Buffer.from("pict"), Buffer.alloc(13)),
    fullBox("pitm", 0, u16(1)),
    fullBox("iloc", 0, Buffer.from([0x44, 0]), u16(items.length), ...locations(items, dataStart)),
    fullBox("iinf", 0, u16(entries.length), ...entries),
    ...(items.length > 1 ? [fullBox("iref", 0, box("cdsc", u16(2), u16(1), u16(1)))] : []),
    box(
      "iprp",
      box("ipco", ...properties),
      fullBox("ipma", 0, u32(1), u16(1), Buffer.from([associations.length, ...associations])),
    ),
  );
}

function locations(items: Buffer[], dataStart: number): Buffer[] {
  let at = dataStart;
  return items.map((item, index) => {
    const location = Buffer.concat([u16(index + 1), u16(0), u16(1), u32(at), u32(item.length)]);
    at += item.length;
    return location;
  });
}

function hvcC({ vps, sps, pps }: HevcStream): Buffer {
  const arrays = [vps, sps, pps].map((unit, index) =>
    Buffer.concat([Buffer.from([0x80 | (32 + index), 0, 1]), u16(unit.length), unit]),
  );
  const settings = Buffer.from([0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 0x0f, arrays.length]);
  return box("hvcC", Buffer.from([1]), profile, settings, ...arrays);
}

function ispe(width: number, height: number): Buffer {
  return fullBox("ispe", 0, u32(width), u32(height));
}

/** sRGB, by the matrix of BT.601, in the full range: as `solidBlock` computes. */
function nclx(): Buffer {
  return box("colr", Buffer.from("nclx"), u16(1), u16(13), u16(6), Buffer.from([0x80]));
}

function solidBlock([red, green, blue]: Colour): Uint8Array {
  const y = 0.299 * red + 0.587 * green + 0.114 * blue;
  const cb = 128 + (blue - y) / 1.772;
  const cr = 128 + (red - y) / 1.402;
  const block = new Uint8Array(384).fill(Math.round(y), 0, 256);
  return block.fill(Math.round(cb), 256, 320).fill(Math.round(cr), 320);
}

function box(type: string, ...content: Uint8Array[]): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), ...content]);
  return Buffer.concat([u32(body.length + 4), body]);
}

function fullBox(type: string, version: number, ...content: Uint8Array[]): Buffer {
  return box(type, Buffer.from([version, 0, 0, 0]), ...content);
}

function lengthBefore(content: Buffer): Buffer {
  return Buffer.concat([u32(content.length), content]);
}

function u16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
}

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}
