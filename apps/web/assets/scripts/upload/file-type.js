/**
 * How files begin, which a wrong name cannot change. Each is at least as wide as the server's rule:
 * the server judges, and this saves people from sending in vain.
 * @type {Readonly<Record<string, RegExp>>}
 */
const beginnings = {
  "image/jpeg": /^\xff\xd8\xff/,
  "image/png": /^\x89PNG\r\n/,
  "image/gif": /^GIF/,
  "image/webp": /^RIFF[^]{4}WEBP/,
  "image/avif": /^[^]{4}ftypavi[fs]/,
  "image/heic": /^[^]{4}ftyp(hei[cfmsx]|hev[cmsx]|mif1|msf1)/,
};

/** Whether it can be of one of the types; one that is not known here could begin with anything. @param {Blob} file @param {readonly string[]} types */
export async function canBeOneOf(file, types) {
  const text = String.fromCharCode(...new Uint8Array(await file.slice(0, 16).arrayBuffer()));
  return types.some((type) => beginnings[type]?.test(text) ?? true);
}
