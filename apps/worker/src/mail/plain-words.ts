/** Marks that turn the direction of what follows: a name could show another link's end. */
const directions = /[\u202a-\u202e\u2066-\u2069]/gu;

/** What people wrote, as one line: no header and no sentence can be broken by it. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(directions, "")
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
}

/** What people wrote, line by line; empty ones are left out. */
export function lines(text: string): string[] {
  return text.split(/\r\n|[\n\r\u2028\u2029]/u).flatMap((line) => oneLine(line) || []);
}

/**
 * Mail programs make links of whatever looks like one. A name is no place for a link that we did not set:
 * an invisible space keeps "you-won.example" from becoming one.
 */
export function withoutLinks(name: string): string {
  return name.replace(/[.:/@](?=\S)/gu, "$&\u200b");
}

/** Gmail cuts mails off at 102 kB; a caption may be long, and there may be many. */
export function shorten(text: string, longest = 160): string {
  const characters = [...text];
  if (characters.length <= longest) return text;
  return `${characters.slice(0, longest - 1).join("")}…`;
}
