const second = 1_000;
const units = new Map([
  ["s", second],
  ["m", 60 * second],
  ["min", 60 * second],
  ["h", 3_600 * second],
  ["d", 86_400 * second],
]);

export const momentHint = "30m, 2h or 3d ago, or a time like 2026-11-21 06:00 (UTC).";

/** What operators write for a time: `1h`, `30m`, `2d` before now, or as in ISO 8601, UTC where no zone is said. */
export function parseMoment(text: string, now: Date): Date | null {
  const [, count, unit = ""] = /^(\d{1,6}) ?(s|m|min|h|d)(?: ago)?$/.exec(text.trim()) ?? [];
  if (count !== undefined) return new Date(now.getTime() - Number(count) * (units.get(unit) ?? 0));
  const [, day, time, zone] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?))? ?(Z|UTC|[+-]\d{2}:\d{2})?$/i.exec(
      text.trim(),
    ) ?? [];
  if (day === undefined) return null;
  const isUtc = zone === undefined || /utc/i.test(zone);
  const at = new Date(`${day}T${time ?? "00:00"}${isUtc ? "Z" : zone}`);
  return Number.isNaN(at.getTime()) ? null : at;
}
