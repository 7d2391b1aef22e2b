import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";

import { accessDenied, S3Refusal } from "./error.ts";
import { type Credentials, demandSignature, readScope } from "./signature.ts";

const encode = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );

type Signed = {
  credential: string;
  signature: string;
  signedHeaders: string;
  date: string;
  payload: string;
};

function canonicalRequest(request: IncomingMessage, signed: Signed): string {
  const [path = "/", query = ""] = (request.url ?? "/").split("?", 2);
  const parameters = [...new URLSearchParams(query)]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted();
  const headers = signed.signedHeaders.split(";").map((name) => {
    const value = request.headers[name];
    return `${name}:${(Array.isArray(value) ? value.join(",") : (value ?? "")).trim().replace(/ +/g, " ")}\n`;
  });
  return [
    request.method,
    path,
    parameters.join("&"),
    headers.join(""),
    signed.signedHeaders,
    signed.payload,
  ].join("\n");
}

function readDate(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  return match
    ? Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}Z`)
    : Number.NaN;
}

function fromQuery(request: IncomingMessage): { signed: Signed; expires: number } | undefined {
  const query = new URL(request.url ?? "/", "http://local").searchParams;
  if (query.get("X-Amz-Algorithm") !== "AWS4-HMAC-SHA256") return undefined;
  const get = (name: string) => query.get(name) ?? "";
  const signed = {
    credential: get("X-Amz-Credential"),
    signature: get("X-Amz-Signature"),
    signedHeaders: get("X-Amz-SignedHeaders"),
    date: get("X-Amz-Date"),
    payload: query.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD",
  };
  return { signed, expires: Number(get("X-Amz-Expires")) };
}

function fromHeader(request: IncomingMessage): Signed | undefined {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)$/.exec(
      request.headers.authorization ?? "",
    );
  if (!match) return undefined;
  const header = (name: string) => String(request.headers[name] ?? "");
  const [, credential = "", signedHeaders = "", signature = ""] = match;
  return {
    credential,
    signedHeaders,
    signature,
    date: header("x-amz-date"),
    payload: header("x-amz-content-sha256"),
  };
}

/** Lets only requests pass that are signed by these credentials, in time. The bucket is private. */
export function demandSignedRequest(
  request: IncomingMessage,
  known: Credentials,
  region: string,
  now: number,
): void {
  const presigned = fromQuery(request);
  const signed = presigned?.signed ?? fromHeader(request);
  if (!signed) throw accessDenied();
  const date = readDate(signed.date);
  if (presigned) {
    const { expires } = presigned;
    if (!(expires >= 0 && expires <= 604_800))
      throw new S3Refusal(
        400,
        "AuthorizationQueryParametersError",
        "X-Amz-Expires must be a non-negative number, and less than a week (in seconds).",
      );
    if (!(now <= date + expires * 1_000))
      throw new S3Refusal(403, "AccessDenied", "Request has expired", {
        "X-Amz-Expires": String(expires),
        Expires: Number.isNaN(date) ? "" : new Date(date + expires * 1_000).toISOString(),
        ServerTime: new Date(now).toISOString(),
      });
  } else if (!(Math.abs(now - date) <= 15 * 60_000))
    throw new S3Refusal(
      403,
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
    );
  const scope = readScope(signed.credential, known, region);
  const digest = createHash("sha256").update(canonicalRequest(request, signed)).digest("hex");
  demandSignature(
    signed.signature,
    ["AWS4-HMAC-SHA256", signed.date, scope.rest, digest].join("\n"),
    scope,
    known,
  );
}
