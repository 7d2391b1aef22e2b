import { crc32, deflateSync } from "node:zlib";

const headerEnd = 8 + 25;

/** Says in which colour space a PNG's pixels already are; sharp can only convert them to another. */
export function withColourProfile(png: Buffer, profile: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from("ICC\0\0", "latin1"), deflateSync(profile)]);
  return Buffer.concat([
    png.subarray(0, headerEnd),
    chunk("iCCP", content),
    png.subarray(headerEnd),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
