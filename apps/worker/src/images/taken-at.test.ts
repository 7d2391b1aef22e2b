import { expect, test } from "vitest";
import { takenAt } from "./taken-at.ts";

const now = new Date("2026-11-21T12:00:00Z");

/** The least EXIF: one directory that points to another, which holds texts by tag. */
function exif(texts: Record<number, string>, order: "II" | "MM" = "II"): Buffer {
  const entries = Object.entries(texts);
  const bytes = Buffer.alloc(1024);
  const u16 = (value: number, at: number) =>
    order === "II" ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const u32 = (value: number, at: number) =>
    order === "II" ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  bytes.write(order, "latin1");
  u16(42, 2);
  u32(8, 4);
  u16(1, 8);
  u16(0x8769, 10);
  u32(26, 18);
  u16(entries.length, 26);
  entries.forEach(([tag, text], index) => {
    const [entry, place] = [28 + index * 12, 500 + index * 100];
    u16(Number(tag), entry);
    u16(2, entry + 2);
    u32(text.length + 1, entry + 4);
    u32(place, entry + 8);
    bytes.write(`${text}\0`, place, "latin1");
  });
  return bytes;
}

test.each(["II", "MM"] as const)("reads the time in byte order %s", (order) => {
  expect(takenAt(exif({ 0x9003: "2024:02:29 08:30:00" }, order), now)).toEqual(
    new Date("2024-02-29T08:30:00Z"),
  );
});

test("obeys the time zone where the camera gives it", () => {
  const bytes = exif({ 0x9003: "2024:02:29 08:30:00", 0x9011: "-05:00" });
  expect(takenAt(bytes, now)).toEqual(new Date("2024-02-29T13:30:00Z"));
});

test("takes a part of a day's future, as clocks and zones differ", () => {
  expect(takenAt(exif({ 0x9003: "2026:11:22 06:00:00" }), now)).not.toBeNull();
});

test.each([
  "0000:00:00 00:00:00",
  "2024:13:45 99:00:00",
  "    :  :     :  :  ",
  "1899:12:31 23:59:59",
  "2027:01:01 00:00:00",
  "2024-02-29",
  "",
])("does not believe %j", (text) => {
  expect(takenAt(exif({ 0x9003: text }), now)).toBeNull();
});

test("never throws, whatever the bytes", () => {
  const bytes = exif({ 0x9003: "2024:02:29 08:30:00" });
  for (let length = 0; length < 80; length++)
    expect(() => takenAt(bytes.subarray(0, length), now)).not.toThrow();
  for (let at = 0; at < 80; at++) {
    const damaged = Buffer.from(bytes).fill(0xff, at, at + 4);
    expect(() => takenAt(damaged, now)).not.toThrow();
  }
});
