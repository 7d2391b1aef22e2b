const exifIfd = 0x8769;
const dateTimeOriginal = 0x9003;
const offsetTimeOriginal = 0x9011;
const ascii = 2;

/** Dates before photography's everyday use, or in the future, are a camera's unset clock. */
const earliest = Date.UTC(1900, 0, 1);

/**
 * When the shutter opened, if EXIF says so credibly. A camera that gives no time zone is taken
 * at its word as UTC: better a few hours off than no order at all. Only these two tags are ever
 * looked at; the location is never read, so that it cannot leak.
 */
export function takenAt(exif: Uint8Array, now = new Date()): Date | null {
  const tiff = openTiff(exif);
  const details = tiff?.pointer(tiff.firstIfd, exifIfd);
  if (!tiff || details === undefined) return null;
  const date = parseExifDate(
    tiff.text(details, dateTimeOriginal),
    tiff.text(details, offsetTimeOriginal),
  );
  const tomorrow = now.getTime() + 24 * 60 * 60 * 1000;
  return date && date.getTime() >= earliest && date.getTime() <= tomorrow ? date : null;
}

function parseExifDate(text = "", offset = ""): Date | null {
  const match = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(text);
  if (!match) return null;
  const [, year, month, day, time] = match;
  const zone = /^[+-]\d\d:\d\d$/.test(offset) ? offset : "Z";
  const date = new Date(`${year}-${month}-${day}T${time}${zone}`);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** As much of TIFF as two texts need. The bytes are a stranger's: whatever points outside is absent. */
function openTiff(bytes: Uint8Array) {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = all.toString("latin1", 0, 6) === "Exif\0\0" ? all.subarray(6) : all;
  const order = data.toString("latin1", 0, 2);
  if (order !== "II" && order !== "MM") return null;

  const has = (at: number, length: number) => at >= 0 && at + length <= data.length;
  const u16 = (at: number) =>
    !has(at, 2) ? 0 : order === "II" ? data.readUInt16LE(at) : data.readUInt16BE(at);
  const u32 = (at: number) =>
    !has(at, 4) ? 0 : order === "II" ? data.readUInt32LE(at) : data.readUInt32BE(at);

  function entry(ifd: number, tag: number): number | undefined {
    for (let index = 0; index < u16(ifd); index++) {
      const at = ifd + 2 + index * 12;
      if (!has(at, 12)) return undefined;
      if (u16(at) === tag) return at;
    }
    return undefined;
  }
  function pointer(ifd: number, tag: number): number | undefined {
    const at = entry(ifd, tag);
    return at === undefined ? undefined : u32(at + 8);
  }
  function text(ifd: number, tag: number): string | undefined {
    const at = entry(ifd, tag);
    if (at === undefined || u16(at + 2) !== ascii) return undefined;
    const length = u32(at + 4);
    const from = length <= 4 ? at + 8 : u32(at + 8);
    return has(from, length)
      ? data
          .toString("latin1", from, from + length)
          .replace(/\0.*$/s, "")
          .trim()
      : undefined;
  }
  return { firstIfd: u32(4), pointer, text };
}
