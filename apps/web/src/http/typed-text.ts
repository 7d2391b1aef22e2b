/** One kind of line break, no control characters, at most one empty line at a time. */
export function tidy(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\n\t]/gu, "")
    .replace(/[^\S\n]+\n/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

export const showsNothing = (text: string): boolean =>
  !/[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text);

/** Without marks that turn the direction of what follows, or have no width: one name could pass for another. */
export const withoutUnseenMarks = (name: string): string =>
  name.replace(/[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu, "");
