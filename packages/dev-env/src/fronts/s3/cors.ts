import type { IncomingMessage, ServerResponse } from "node:http";

import { S3Refusal } from "./error.ts";

/** One rule of a bucket's CORS configuration. Each origin may hold one `*`. */
export type CorsRule = {
  allowedOrigins: readonly string[];
  allowedMethods: readonly string[];
  exposeHeaders: readonly string[];
  maxAgeSeconds: number;
};

function covers(pattern: string, origin: string): boolean {
  const [before, after] = pattern.split("*", 2);
  if (before === undefined || after === undefined) return pattern === origin;
  return origin.length >= pattern.length - 1 && origin.startsWith(before) && origin.endsWith(after);
}

function findRule(
  rules: readonly CorsRule[],
  origin: string,
  method: string,
): CorsRule | undefined {
  return rules.find(
    (rule) =>
      rule.allowedMethods.includes(method) &&
      rule.allowedOrigins.some((pattern) => covers(pattern, origin)),
  );
}

function allow(response: ServerResponse, rule: CorsRule, origin: string): void {
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("access-control-allow-methods", rule.allowedMethods.join(", "));
  response.setHeader("access-control-expose-headers", rule.exposeHeaders.join(", "));
  response.setHeader("access-control-allow-credentials", "true");
  response.setHeader(
    "vary",
    "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  );
}

/** The headers on an ordinary answer. Without a fitting rule there are none, and the browser refuses. */
export function addCorsHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  rules: readonly CorsRule[],
): void {
  const { origin } = request.headers;
  const rule = origin === undefined ? undefined : findRule(rules, origin, request.method ?? "GET");
  if (rule && origin !== undefined) allow(response, rule, origin);
}

/** Answers a browser's question before the request. */
export function answerPreflight(
  request: IncomingMessage,
  response: ServerResponse,
  rules: readonly CorsRule[],
): void {
  const {
    origin,
    "access-control-request-method": method,
    "access-control-request-headers": headers,
  } = request.headers;
  if (origin === undefined)
    throw new S3Refusal(
      400,
      "BadRequest",
      "Insufficient information. Origin request header needed.",
    );
  if (method === undefined)
    throw new S3Refusal(400, "BadRequest", "Invalid Access-Control-Request-Method: null");
  if (rules.length === 0)
    throw new S3Refusal(
      403,
      "AccessForbidden",
      "CORSResponse: CORS is not enabled for this bucket.",
    );
  const rule = findRule(rules, origin, method);
  if (!rule)
    throw new S3Refusal(
      403,
      "AccessForbidden",
      "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
      { Method: method, ResourceType: "OBJECT" },
    );
  allow(response, rule, origin);
  if (headers !== undefined) response.setHeader("access-control-allow-headers", headers);
  response.setHeader("access-control-max-age", String(rule.maxAgeSeconds));
  response.writeHead(200).end();
}
