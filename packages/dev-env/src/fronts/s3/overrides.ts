import type { IncomingMessage } from "node:http";

const NAMES = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
];

/** What a signed GetObject wants its answer's headers to be (`response-content-disposition` …); the server behind knows none of it. */
export function overriddenHeaders(request: IncomingMessage): Record<string, string> {
  if (request.method !== "GET") return {};
  const query = new URLSearchParams((request.url ?? "").split("?")[1]);
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = query.get(`response-${name}`);
      return value === null ? [] : [[name, value]];
    }),
  );
}
