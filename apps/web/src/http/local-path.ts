/** Where a form may lead afterwards: only within this site. */
export function localPath(next: unknown): string | null {
  if (typeof next !== "string" || !/^\/(?![/\\])/.test(next)) return null;
  const url = URL.parse(next, "http://here.invalid");
  if (url?.host !== "here.invalid") return null;
  // What was resolved counts, too: "/.//elsewhere" has become the address of another site.
  return url.pathname.startsWith("//") ? null : url.pathname + url.search;
}
