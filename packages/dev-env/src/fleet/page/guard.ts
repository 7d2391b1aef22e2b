import type { IncomingHttpHeaders } from "node:http";

/** Nothing is loaded from elsewhere, and no other site shows this page in a frame. */
export const securityHeaders = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/** A name that somebody let point to this machine is not this machine's. */
export const isOurHost = ({ host }: IncomingHttpHeaders, port: number): boolean =>
  host === `localhost:${port}` || host === `127.0.0.1:${port}`;

/** Buttons act when they stand on this very page. Whoever does not say where a request comes from is refused, too. */
export function isOurForm(headers: IncomingHttpHeaders): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin";
  return headers.origin === `http://${headers.host}`;
}
