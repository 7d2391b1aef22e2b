import { type Front, openHttpFront } from "./front.ts";
import { callBackend, giveBack } from "./proxy.ts";
import { elements } from "./xml.ts";

export interface CdnFront extends Front {
  readonly url: string;
}

const PASSED_ON = [
  "range",
  "if-none-match",
  "if-modified-since",
  "if-match",
  "if-unmodified-since",
  "if-range",
] as const;

/**
 * CloudFront before the private bucket: the origin access control may read `photos/` and `assets/`
 * and may not list. So what does not exist there is a 403 like everything else; S3 does not tell
 * the difference to those who may not list. The headers stand for a response headers policy (SimpleCORS), without
 * which no script would run on pages of another origin.
 */
export async function openCdnFront(backend: string, bucket: string, port = 0): Promise<CdnFront> {
  const front = await openHttpFront(async (request, response) => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const deny = () => {
      response.writeHead(403, {
        "content-type": "application/xml",
        "x-content-type-options": "nosniff",
      });
      const xml = elements({ Code: "AccessDenied", Message: "Access Denied" });
      response.end(
        request.method === "HEAD"
          ? undefined
          : `<?xml version="1.0" encoding="UTF-8"?><Error>${xml}</Error>`,
      );
    };
    const reading = request.method === "GET" || request.method === "HEAD";
    if (!reading || !/^\/(photos|assets)\/./.test(path) || climbs(path)) return deny();

    const headers = Object.fromEntries(
      PASSED_ON.map((name) => [name, request.headers[name]]).filter(([, value]) => value),
    );
    const { outgoing, answered } = callBackend(backend, {
      method: request.method ?? "GET",
      path: `/${bucket}${path}`,
      headers,
    });
    outgoing.end();
    const answer = await answered;
    if (answer.statusCode === 404 || answer.statusCode === 403) {
      answer.resume();
      return deny();
    }
    response.setHeader("cross-origin-resource-policy", "cross-origin");
    response.setHeader("x-content-type-options", "nosniff");
    response.setHeader("access-control-allow-origin", "*");
    await giveBack(answer, response);
  }, port);
  return { ...front, url: `http://localhost:${front.port}` };
}

/** Whether a path names its parent in some spelling; our keys never do. */
export function climbs(path: string): boolean {
  return path.split("/").some((part) => /^(\.|%2e){1,2}$/i.test(part)) || /%2f|%5c|\\/i.test(path);
}
