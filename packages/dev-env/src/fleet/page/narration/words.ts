/** `web-1, web-2 and web-3` */
export function list(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

/** `1.5 s` */
export const inSeconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

const small = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** `three requests`; `plural` where it is not made with an s. */
export function count(number: number, one: string, plural = `${one}s`): string {
  return `${small[number] ?? number} ${number === 1 ? one : plural}`;
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
