const units: readonly [ms: number, name: string][] = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
];

/** For people: `42 s`, `3 min`, `2 h 5 min`, `3 d 4 h`. No more than two units, and no fractions. */
export function spellDuration(ms: number): string {
  const first = units.findIndex(([unit]) => ms >= unit);
  if (first === -1) return "0 s";
  const whole = Math.floor(ms / units[first]![0]);
  const words = [`${whole} ${units[first]![1]}`];
  const second = units[first + 1];
  // Seconds beside minutes tell nobody anything.
  if (second && first < 2) {
    const rest = Math.floor((ms - whole * units[first]![0]) / second[0]);
    if (rest > 0) words.push(`${rest} ${second[1]}`);
  }
  return words.join(" ");
}
