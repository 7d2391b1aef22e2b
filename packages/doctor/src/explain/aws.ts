import type { Explanation } from "../check.ts";
import { codesOf, wordsOf } from "./causes.ts";
import { isConnectionTrouble } from "./network.ts";

export type Call = {
  /** As IAM names it. */
  action: string;
  /** What it is done to, as a policy names it. */
  resource: string;
  /** "S3" */
  service: string;
  region: string;
};

const clock =
  "This machine's clock is wrong: compare `date -u` with the real time; on EC2 chronyd keeps it (`chronyc tracking`).";
const newCredentials =
  "On an instance: leave AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY unset, the instance role has credentials of its own. Elsewhere: sign in again (`aws sso login`), or look at AWS_PROFILE.";

/** What every service of AWS may answer to a signed request. Undefined when it is something else. */
export function explainAws(error: unknown, call: Call): Explanation | undefined {
  const { service, region, action, resource } = call;
  const codes = codesOf(error);
  const words = wordsOf(error);
  const has = (...names: string[]) => names.some((name) => codes.has(name));

  if (has("CredentialsProviderError"))
    return { says: "there are no AWS credentials", cure: newCredentials };
  if (has("RequestTimeTooSkewed") || /signature (expired|not yet current)/i.test(words))
    return { says: `${service} does not take requests of this time`, cure: clock };
  if (has("InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException"))
    return { says: "AWS does not know these credentials", cure: newCredentials };
  if (has("ExpiredToken", "ExpiredTokenException", "RequestExpired"))
    return { says: "the credentials have run out", cure: newCredentials };
  if (has("SignatureDoesNotMatch", "InvalidSignatureException"))
    return {
      says: `${service} does not accept the signature`,
      cure: "AWS_SECRET_ACCESS_KEY does not belong to AWS_ACCESS_KEY_ID, or has a blank or a quotation mark too many.",
    };
  if (has("AccessDenied", "AccessDeniedException", "AuthorizationError") || statusOf(error) === 403)
    return {
      says: `no right to ${action}`,
      cure: `Allow ${action} on ${resource} in the policy of this tier's instance role (docs/deploy.md has the table). A policy of the resource itself, or of its KMS key, can refuse, too.`,
    };
  if (statusOf(error) !== undefined || !isConnectionTrouble(error)) return undefined;
  return {
    says: `${service} cannot be reached`,
    cure: `These instances need a way out: a NAT gateway, a public address, or a VPC endpoint of ${service}. Is AWS_REGION right (${region})? Is an AWS_ENDPOINT_URL_* set that should not be?`,
  };
}

/** The HTTP status of the answer, if there was one. */
export function statusOf(error: unknown): number | undefined {
  const metadata: unknown = Object(error).$metadata;
  const status: unknown = Object(metadata).httpStatusCode;
  return typeof status === "number" ? status : undefined;
}
