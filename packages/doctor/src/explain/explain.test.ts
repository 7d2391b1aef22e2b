import { expect, test } from "vitest";

import { explainAws } from "./aws.ts";
import { explainBucket } from "./bucket.ts";
import { explainNetwork } from "./network.ts";

/** Errors as libraries word them, where no local server makes one. */
const error = (name: string, message = "", more: object = {}) =>
  Object.assign(new Error(message), { name }, more);

const place = {
  what: "the database",
  host: "db.example",
  port: 3306,
  variable: "RDS_HOSTNAME",
  authority: "Set RDS_CA.",
};

test.each([
  [{ code: "ETIMEDOUT" }, /does not answer/, /security group.*port 3306/],
  [{ code: "EHOSTUNREACH" }, /no way to/, /route table/],
  [{ code: "CERT_HAS_EXPIRED" }, /out of date/, /date -u/],
  [{ code: "CERT_NOT_YET_VALID" }, /not valid yet/, /date -u/],
  [{ code: "SELF_SIGNED_CERT_IN_CHAIN" }, /nobody that is trusted/, /^Set RDS_CA\./],
  [{ code: "ERR_TLS_CERT_ALTNAME_INVALID" }, /for another name/, /RDS_HOSTNAME: no alias/],
  [{ code: "ECONNRESET" }, /without a word/, /TLS alone/],
])("a connection that fails by %o", (more, says, cure) => {
  const wrapped = new Error("outside", { cause: error("Error", "inside", more) });
  const explained = explainNetwork(wrapped, place);
  expect(explained?.says).toMatch(says);
  expect(explained?.cure).toMatch(cure);
});

test("what is no trouble of the connection is left to others", () => {
  expect(explainNetwork(error("TypeError", "undefined is not a function"), place)).toBeUndefined();
});

const call = {
  service: "SQS",
  region: "eu-central-1",
  action: "sqs:GetQueueUrl",
  resource: "arn:aws:sqs:eu-central-1:*:tendril-*",
};
const status = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

test.each([
  [error("AccessDeniedException", "", status(400)), /no right to sqs:GetQueueUrl/, /instance role/],
  [error("ExpiredTokenException", "", status(400)), /have run out/, /instance role/],
  [error("UnrecognizedClientException", "", status(403)), /does not know/, /instance role/],
  [
    error("InvalidSignatureException", "Signature expired: 20261121T …", status(400)),
    /does not take requests of this time/,
    /clock is wrong/,
  ],
  [error("RequestTimeTooSkewed", "", status(403)), /of this time/, /chronyd/],
  [error("TimeoutError", "Connection timed out"), /SQS cannot be reached/, /VPC endpoint of SQS/],
])("what AWS answers: %s", (refusal, says, cure) => {
  const explained = explainAws(refusal, call);
  expect(explained?.says).toMatch(says);
  expect(explained?.cure).toMatch(cure);
});

const storage = { bucket: "photos", region: "eu-central-1", cdnBaseUrl: "", maxBytes: 1, tries: 1 };

test("a bucket in another region, one of another account, a folder without rights, a key of KMS", () => {
  const explain = (refusal: unknown, key?: string) =>
    explainBucket(refusal, storage, "s3:PutObject", key);
  expect(explain(error("PermanentRedirect", "", status(301))).says).toBe(
    "the bucket photos is not in eu-central-1",
  );
  const denied = error("AccessDenied", "", status(403));
  expect(explain(denied).cure).toMatch(/somebody else's/);
  expect(explain(denied, "incoming/doctor").cure).toMatch(/on arn:aws:s3:::photos\/incoming\/\*/);
  expect(explain(error("KMS.DisabledException", "", status(400))).cure).toMatch(/GenerateDataKey/);
});
