import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { createPresignedPost, type PresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Space } from "../src/space/space.ts";
import { openTestSpace } from "./_space.ts";

let space: Space;
let s3: S3Client;
let bucket: string;

beforeAll(async () => {
  space = await openTestSpace();
  s3 = connect();
  bucket = space.environment["PHOTO_BUCKET"] ?? "";
});
afterAll(async () => {
  s3?.destroy();
  await space?.[Symbol.asyncDispose]();
});

function connect(
  credentials: { accessKeyId?: string; secretAccessKey?: string } = {},
  region = space.environment["AWS_REGION"],
): S3Client {
  const {
    AWS_ENDPOINT_URL_S3: endpoint = "",
    AWS_ACCESS_KEY_ID: accessKeyId = "",
    AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
  } = space.environment;
  return new S3Client({
    endpoint,
    region: region ?? "",
    credentials: { accessKeyId, secretAccessKey, ...credentials },
    maxAttempts: 1,
  });
}

function presign(key: string, client = s3, Expires = 600): Promise<PresignedPost> {
  const Conditions: [["content-length-range", number, number], ["starts-with", string, string]] = [
    ["content-length-range", 10, 1_000],
    ["starts-with", "$Content-Type", "image/"],
  ];
  return createPresignedPost(client, {
    Bucket: bucket,
    Key: key,
    Conditions,
    Fields: { "Content-Type": "image/png" },
    Expires,
  });
}

type Change = (form: PresignedPost) => PresignedPost | Promise<PresignedPost>;

async function upload({ url, fields }: PresignedPost, size = 100, headers = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", new Blob([new Uint8Array(size)]), "me at home.png");
  form.append("after", "what follows the file is ignored");
  const response = await fetch(url, { method: "POST", body: form, headers });
  const text = await response.text();
  const element = (name: string) =>
    new RegExp(`<${name}>([^<]*)</${name}>`)
      .exec(text)?.[1]
      ?.replaceAll("&apos;", "'")
      .replaceAll("&quot;", '"');
  return {
    status: response.status,
    headers: response.headers,
    code: element("Code"),
    message: element("Message"),
    element,
  };
}

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

describe("a form upload that fits its policy", () => {
  test("is stored with its type, and answered as S3 answers", async () => {
    const { status, headers } = await upload(await presign("incoming/fits"));
    expect(status).toBe(204);
    expect(headers.get("etag")).toMatch(/^"[0-9a-f]{32}"$/);
    const stored = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "incoming/fits" }));
    expect(stored).toMatchObject({ ContentLength: 100, ContentType: "image/png" });
  });

  test("may be larger than the server's own limit for forms", async () => {
    const form = await createPresignedPost(s3, {
      Bucket: bucket,
      Key: "incoming/large",
      Conditions: [["content-length-range", 1, 26 * 1024 ** 2]],
    });
    expect(await upload(form, 25 * 1024 ** 2)).toMatchObject({ status: 204 });
  });

  test("answers 201 with a document when asked", async () => {
    const form = await createPresignedPost(s3, {
      Bucket: bucket,
      Key: "incoming/201",
      Fields: { success_action_status: "201" },
    });
    const { status, element } = await upload(form);
    expect([status, element("Key")]).toEqual([201, "incoming/201"]);
  });

  test("puts the file's name where the form says", async () => {
    const form = await createPresignedPost(s3, { Bucket: bucket, Key: "incoming/${filename}" });
    expect((await upload(form)).status).toBe(204);
    await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "incoming/me at home.png" }));
  });
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
    () => presign("incoming/x", connect({ accessKeyId: "AKIANOBODY" })),
    403,
    "InvalidAccessKeyId",
    /does not exist in our records/,
  ],
  [
    "another secret",
    () => presign("incoming/x", connect({ secretAccessKey: "other" })),
    403,
    "SignatureDoesNotMatch",
    /./,
  ],
  [
    "another region",
    () => presign("incoming/x", connect({}, "us-west-2")),
    400,
    "AuthorizationQueryParametersError",
    /us-west-2/,
  ],
  [
    "a policy past its time",
    () => presign("incoming/x", s3, -1),
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
    const answer = await upload(await change(await presign("incoming/x")));
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(answer.message).toMatch(message);
    await expect(
      s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "incoming/x" })),
    ).rejects.toThrow();
  });

  test("too many bytes, told how many", async () => {
    const { status, code, element } = await upload(await presign("incoming/x"), 300_000);
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
    const { status, code, element } = await upload(await presign("incoming/x"), 9);
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
    const { status, code } = await upload(
      set({ "x-ignore-me": "x".repeat(21_000) })(await presign("incoming/x")) as PresignedPost,
    );
    expect([status, code]).toEqual([400, "MaxPostPreDataLengthExceeded"]);
  });

  test("no file, or a body that is no form", async () => {
    const { url, fields } = await presign("incoming/x");
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

describe("browsers of other origins", () => {
  const ask = (origin: string, method: string) =>
    fetch(`${space.environment["AWS_ENDPOINT_URL_S3"]}/${bucket}`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": method,
        "access-control-request-headers": "content-type",
      },
    });

  test("may send forms from this machine", async () => {
    const answer = await ask("http://localhost:8080", "POST");
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([
      200,
      "http://localhost:8080",
    ]);
    const { headers } = await upload(await presign("incoming/cors"), 100, {
      origin: "http://localhost:8080",
    });
    expect(headers.get("access-control-allow-origin")).toBe("http://localhost:8080");
  });

  test("may nothing else", async () => {
    expect((await ask("http://localhost:8080", "PUT")).status).toBe(403);
    expect((await ask("https://elsewhere.example", "POST")).status).toBe(403);
    const { headers } = await upload(await presign("incoming/cors"), 100, {
      origin: "https://elsewhere.example",
    });
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("the bucket is private", () => {
  test("to those without a signature, with a wrong one, or with one for another thing", async () => {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "originals/a b", Body: "secret" }));
    const url = new URL(
      await getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key: "originals/a b" }), {
        expiresIn: 60,
      }),
    );
    const status = async (change: (url: URL) => void) => {
      const changed = new URL(url);
      change(changed);
      return (await fetch(changed)).status;
    };
    expect(await status(() => {})).toBe(200);
    expect(await status((changed) => (changed.search = ""))).toBe(403);
    expect(await status((changed) => (changed.pathname = `/${bucket}/originals/b`))).toBe(403);
    expect(await status((changed) => changed.searchParams.set("X-Amz-Expires", "600"))).toBe(403);
    await expect(
      connect({ secretAccessKey: "other" }).send(
        new GetObjectCommand({ Bucket: bucket, Key: "originals/a b" }),
      ),
    ).rejects.toThrow(/signature/);
  });

  test("to presigned addresses past their time", async () => {
    const signingDate = new Date(Date.now() - 61_000);
    const url = await getSignedUrl(
      s3,
      new GetObjectCommand({ Bucket: bucket, Key: "originals/a b" }),
      { expiresIn: 60, signingDate },
    );
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([
      403,
      expect.stringContaining("Request has expired"),
    ]);
  });
});
