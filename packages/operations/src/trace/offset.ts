const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
] as const;

/** `+32 ms`, `+2.24 s`, `+2 min 1.4 s`: when in a journey, exact however long it took. */
export function offset(began: Date, at: Date): string {
  let ms = Math.max(0, at.getTime() - began.getTime());
  if (ms < 1_000) return `+${ms} ms`;
  const parts: string[] = [];
  for (const [unit, size] of units) {
    if (ms < size) continue;
    parts.push(`${Math.floor(ms / size)} ${unit}`);
    ms %= size;
  }
  const seconds = (ms / 1_000).toFixed(parts.length === 0 ? 2 : 1);
  return `+${[...parts, `${seconds} s`].join(" ")}`;
}
