import type { Architecture } from "../../bundle/architecture.ts";

/** `e_machine` of an ELF file. */
const machines: Record<Architecture, number> = { x86_64: 62, arm64: 183 };

/** What Amazon Linux 2023 has: glibc 2.34, and libstdc++ of GCC 11. */
const newest = { GLIBC: "2.34", GLIBCXX: "3.4.29" } as const;

export const isNative = (name: string) => /\.node$|\.so(\.[\d.]+)?$/.test(name);

/** Why a native module could not be loaded on an instance; undefined when it can. */
export function wrongNative(bytes: Buffer, architecture: Architecture): string | undefined {
  const isElf = bytes.subarray(0, 4).equals(Buffer.from("\x7fELF", "latin1"));
  if (!isElf) return "it is not made for Linux";
  // Byte 5: little endian; byte 18: the machine.
  if (bytes[5] !== 1 || bytes.readUInt16LE(18) !== machines[architecture])
    return `it is not made for ${architecture}`;
  const text = bytes.toString("latin1");
  if (/libc\.musl-|ld-musl-/.test(text)) return "it needs musl, and Amazon Linux has glibc";
  for (const [library, most] of Object.entries(newest)) {
    const wanted = newestOf(text, library);
    if (wanted && isNewer(wanted, most))
      return `it needs ${library} ${wanted}, and there is ${most}`;
  }
  return undefined;
}

/** Symbol versions stand in an ELF file as texts. */
function newestOf(text: string, library: string): string | undefined {
  const versions = [...text.matchAll(new RegExp(`\\0${library}_(\\d+(?:\\.\\d+)+)(?=\\0)`, "g"))];
  return versions
    .map(([, version = "0"]) => version)
    .toSorted((a, b) => (isNewer(a, b) ? -1 : 1))[0];
}

function isNewer(a: string, b: string): boolean {
  return a.localeCompare(b, "en", { numeric: true }) > 0;
}
