import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

import { accessDenied, S3Refusal } from "./error.ts";

export type Credentials = { accessKeyId: string; secretAccessKey: string };

/** `<key id>/<date>/<region>/s3/aws4_request` */
type Scope = { accessKeyId: string; date: string; region: string; rest: string };

const hmac = (key: string | Buffer, text: string) =>
  createHmac("sha256", key).update(text).digest();

function parseScope(credential: string): Scope | undefined {
  const match = /^([^/]+)\/((\d{8})\/([^/]+)\/s3\/aws4_request)$/.exec(credential);
  if (!match) return undefined;
  const [, accessKeyId = "", rest = "", date = "", region = ""] = match;
  return { accessKeyId, date, region, rest };
}

/** The credential of a request, or S3's refusal of it. */
export function readScope(credential: string, known: Credentials, region: string): Scope {
  const scope = parseScope(credential);
  if (!scope)
    throw new S3Refusal(
      400,
      "AuthorizationQueryParametersError",
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  if (scope.accessKeyId !== known.accessKeyId)
    throw new S3Refusal(
      403,
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records.",
      { AWSAccessKeyId: scope.accessKeyId },
    );
  if (scope.region !== region)
    throw new S3Refusal(
      400,
      "AuthorizationQueryParametersError",
      `Error parsing the X-Amz-Credential parameter; the region '${scope.region}' is wrong; expecting '${region}'`,
      { Region: region },
    );
  return scope;
}

/** Compares a signature with what these credentials give for that text. */
export function demandSignature(
  signature: string,
  text: string,
  scope: Scope,
  { secretAccessKey }: Credentials,
): void {
  const key = ["s3", "aws4_request"].reduce(
    hmac,
    hmac(hmac(`AWS4${secretAccessKey}`, scope.date), scope.region),
  );
  const wanted = Buffer.from(hmac(key, text).toString("hex"));
  const given = Buffer.from(signature);
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new S3Refusal(
    403,
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    { AWSAccessKeyId: scope.accessKeyId, StringToSign: text, SignatureProvided: signature },
  );
}

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
