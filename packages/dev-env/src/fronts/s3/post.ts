import type { IncomingMessage, ServerResponse } from "node:http";

import { climbs } from "../cdn.ts";
import { elements } from "../xml.ts";
import { accessDenied, S3Refusal } from "./error.ts";
import { readForm } from "./form.ts";
import { checkForm, readPolicy, type Policy } from "./policy.ts";
import { storeFile } from "./post-storage.ts";
import { type Credentials, demandSignature, readScope } from "./signature.ts";

export type PostOptions = {
  backend: string;
  bucket: string;
  credentials: Credentials;
  region: string;
  now: number;
};

const REQUIRED = [
  "key",
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-signature",
] as const;

function demandFields(form: ReadonlyMap<string, string>): void {
  // Without a policy it is an anonymous request, and the bucket is private.
  if (form.has("key") && !form.has("policy")) throw accessDenied();
  const missing = REQUIRED.find((name) => !form.has(name));
  if (missing)
    throw new S3Refusal(
      400,
      "InvalidArgument",
      `Bucket POST must contain a field named '${missing}'.  If it is specified, please check the order of the fields.`,
      {
        ArgumentName: missing,
        ArgumentValue: "",
      },
    );
  if (form.get("x-amz-algorithm") !== "AWS4-HMAC-SHA256")
    throw new S3Refusal(
      400,
      "InvalidArgument",
      'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"',
      { ArgumentName: "x-amz-algorithm" },
    );
}

/** Who signed comes before what was signed, as S3 has it. */
function admit(
  form: ReadonlyMap<string, string>,
  { bucket, credentials, region, now }: PostOptions,
): Policy {
  demandFields(form);
  const field = (name: string) => form.get(name) ?? "";
  const scope = readScope(field("x-amz-credential"), credentials, region);
  demandSignature(field("x-amz-signature"), field("policy"), scope, credentials);
  const policy = readPolicy(field("policy"));
  checkForm(policy, form, bucket, now);
  return policy;
}

type Stored = { bucket: string; key: string; etag: string; location: string };

function confirm(
  response: ServerResponse,
  fields: ReadonlyMap<string, string>,
  { bucket, key, etag, location }: Stored,
): void {
  const redirect = fields.get("success_action_redirect") ?? fields.get("redirect");
  if (redirect !== undefined && URL.canParse(redirect)) {
    const target = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket, key, etag }))
      target.searchParams.set(name, value);
    response.writeHead(303, { location: target.href, etag }).end();
    return;
  }
  const wanted = fields.get("success_action_status");
  const status = wanted === "200" || wanted === "201" ? Number(wanted) : 204;
  response.writeHead(status, {
    location,
    etag,
    ...(status === 201 ? { "content-type": "application/xml" } : {}),
  });
  const xml = elements({ Location: location, Bucket: bucket, Key: key, ETag: etag });
  response.end(
    status === 201
      ? `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${xml}</PostResponse>`
      : undefined,
  );
}

/** A browser's upload by a form, checked as S3 checks it. */
export async function acceptPost(
  request: IncomingMessage,
  response: ServerResponse,
  options: PostOptions,
): Promise<void> {
  if (request.headers["content-length"] === undefined)
    throw new S3Refusal(
      411,
      "MissingContentLength",
      "You must provide the Content-Length HTTP header.",
    );
  const form = await readForm(request);
  const key = (form.fields.get("key") ?? "").replaceAll("${filename}", form.fileName);
  const fields = new Map([
    ...form.fields,
    ...(form.fields.has("key") ? [["key", key] as const] : []),
  ]);
  const policy = admit(fields, options);
  if (climbs(key)) throw new S3Refusal(400, "InvalidURI", "Couldn't parse the specified URI.");
  const etag = await storeFile(form, key, policy.range, options);
  const location = `http://${request.headers.host ?? "localhost"}/${options.bucket}/${encodeURIComponent(key)}`;
  confirm(response, fields, { bucket: options.bucket, key, etag, location });
}
