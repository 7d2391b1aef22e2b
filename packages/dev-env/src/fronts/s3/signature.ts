import { createHmac, timingSafeEqual } from "node:crypto";

import { S3Refusal } from "./error.ts";

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
