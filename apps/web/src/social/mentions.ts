/** More names in one comment are a list, not a conversation: they stay plain words. */
export const maxMentions = 10;

/** User names are as `sign-up` takes them. Addresses, handles of other sites and paths are no mentions. */
const mention = /(?<![\p{L}\p{N}_@/])@([a-z0-9_-]{3,30})(?![\p{L}\p{N}_@-])/giu;

/** Names that a text may mention, in small letters, each once. */
export function mentionedNames(text: string): string[] {
  const names = [...text.matchAll(mention)].map(([, name = ""]) => name.toLowerCase());
  return [...new Set(names)].slice(0, maxMentions);
}

export type Segment = { text: string; href: string | null };

/** The text in pieces; those that name somebody of `people` lead to their page. */
export function withMentions(text: string, people: ReadonlySet<string>): Segment[] {
  const meant = new Set(mentionedNames(text).filter((name) => people.has(name)));
  const segments: Segment[] = [];
  let end = 0;
  for (const { 0: word, 1: name = "", index } of text.matchAll(mention)) {
    if (!meant.has(name.toLowerCase())) continue;
    segments.push({ text: text.slice(end, index), href: null });
    segments.push({ text: word, href: `/@${name.toLowerCase()}` });
    end = index + word.length;
  }
  segments.push({ text: text.slice(end), href: null });
  return segments.filter(({ text }) => text !== "");
}
