import { HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { PresignedPost } from "@aws-sdk/s3-presigned-post";
import type { Space } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { bucketOf, connectS3, presignForm, sendFile } from "./_s3.ts";
import { openTestSpace } from "./_space.ts";

let space: Space;
let s3: S3Client;
let bucket: string;

beforeAll(async () => {
  space = await openTestSpace();
  s3 = connectS3(space);
  bucket = bucketOf(space);
});
afterAll(async () => {
  s3?.destroy();
  await space?.[Symbol.asyncDispose]();
});

type Change = (form: PresignedPost) => PresignedPost | Promise<PresignedPost>;

const set =
  (changes: Record<string, string>): Change =>
  ({ url, fields }) => ({ url, fields: { ...fields, ...changes } });
const without =
  (name: string): Change =>
  ({ url, fields }) => ({
    url,
    fields: Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name)),
  });
const editPolicy =
  (edit: (text: string) => string): Change =>
  ({ url, fields }) => ({
    url,
    fields: {
      ...fields,
      Policy: Buffer.from(edit(Buffer.from(fields["Policy"] ?? "", "base64").toString())).toString(
        "base64",
      ),
    },
  });

const refusals: [what: string, change: Change, status: number, code: string, message: RegExp][] = [
  [
    "another key",
    set({ key: "originals/other" }),
    403,
    "AccessDenied",
    /^Invalid according to Policy: Policy Condition failed: .*\$key/,
  ],
  [
    "another content type",
    set({ "Content-Type": "text/html" }),
    403,
    "AccessDenied",
    /Condition failed: .*Content-Type/i,
  ],
  [
    "a field that the policy does not name",
    set({ "x-amz-meta-note": "hi" }),
    403,
    "AccessDenied",
    /^Invalid according to Policy: Extra input fields: x-amz-meta-note$/,
  ],
  [
    "a changed policy",
    editPolicy((text) => text.replace("1000", "9999")),
    403,
    "SignatureDoesNotMatch",
    /does not match the signature you provided/,
  ],
  [
    "a policy that lives longer",
    editPolicy((text) => text.replace("20", "21")),
    403,
    "SignatureDoesNotMatch",
    /./,
  ],
  [
    "a wrong signature",
    set({ "X-Amz-Signature": "0".repeat(64) }),
    403,
    "SignatureDoesNotMatch",
    /./,
  ],
  [
    "no signature",
    without("X-Amz-Signature"),
    400,
    "InvalidArgument",
    /must contain a field named 'x-amz-signature'/,
  ],
  ["no policy", without("Policy"), 403, "AccessDenied", /^Access Denied$/],
  ["no key", without("key"), 400, "InvalidArgument", /must contain a field named 'key'/],
  [
    "a malformed credential",
    set({ "X-Amz-Credential": "nonsense" }),
    400,
    "AuthorizationQueryParametersError",
    /mal-formed/,
  ],
  [
    "an unknown key id",
    () => presignForm(bucket, "incoming/x", connectS3(space, { accessKeyId: "AKIANOBODY" })),
    403,
    "InvalidAccessKeyId",
    /does not exist in our records/,
  ],
  [
    "another secret",
    () => presignForm(bucket, "incoming/x", connectS3(space, { secretAccessKey: "other" })),
    403,
    "SignatureDoesNotMatch",
    /./,
  ],
  [
    "another region",
    () => presignForm(bucket, "incoming/x", connectS3(space, {}, "us-west-2")),
    400,
    "AuthorizationQueryParametersError",
    /us-west-2/,
  ],
  [
    "a policy past its time",
    () => presignForm(bucket, "incoming/x", s3, -1),
    403,
    "AccessDenied",
    /^Invalid according to Policy: Policy expired\.$/,
  ],
  [
    "another bucket",
    ({ url, fields }) => ({ url: url.replace(bucket, "another"), fields }),
    403,
    "AccessDenied",
    /Condition failed: .*bucket/,
  ],
];

describe("a form upload is refused with", () => {
  test.each(refusals)("%s", async (_what, change, status, code, message) => {
    const answer = await sendFile(await change(await presignForm(bucket, "incoming/x", s3)));
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(answer.message).toMatch(message);
    await expect(
      s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "incoming/x" })),
    ).rejects.toThrow();
  });

  test("too many bytes, told how many", async () => {
    const { status, code, element } = await sendFile(
      await presignForm(bucket, "incoming/x", s3),
      300_000,
    );
    expect([status, code, element("ProposedSize"), element("MaxSizeAllowed")]).toEqual([
      400,
      "EntityTooLarge",
      "300000",
      "1000",
    ]);
    await expect(
      s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "incoming/x" })),
    ).rejects.toThrow();
  });

  test("too few bytes", async () => {
    const { status, code, element } = await sendFile(
      await presignForm(bucket, "incoming/x", s3),
      9,
    );
    expect([status, code, element("ProposedSize"), element("MinSizeAllowed")]).toEqual([
      400,
      "EntityTooSmall",
      "9",
      "10",
    ]);
    await expect(
      s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "incoming/x" })),
    ).rejects.toThrow();
  });

  test("fields beyond 20 KB", async () => {
    const { status, code } = await sendFile(
      set({ "x-ignore-me": "x".repeat(21_000) })(
        await presignForm(bucket, "incoming/x", s3),
      ) as PresignedPost,
    );
    expect([status, code]).toEqual([400, "MaxPostPreDataLengthExceeded"]);
  });

  test("no file, or a body that is no form", async () => {
    const { url, fields } = await presignForm(bucket, "incoming/x", s3);
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    const bare = await fetch(url, { method: "POST", body: form });
    expect([bare.status, await bare.text()]).toEqual([
      400,
      expect.stringContaining("exactly one file upload"),
    ]);
    const broken = await fetch(url, {
      method: "POST",
      body: "--x\r\n",
      headers: { "content-type": "multipart/form-data; boundary=x" },
    });
    expect([broken.status, await broken.text()]).toEqual([
      400,
      expect.stringContaining("MalformedPOSTRequest"),
    ]);
  });
});
