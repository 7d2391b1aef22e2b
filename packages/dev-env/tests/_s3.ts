import { S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost, type PresignedPost } from "@aws-sdk/s3-presigned-post";
import type { Space } from "@tendril/dev-env";

export const bucketOf = ({ environment }: Space): string => environment["PHOTO_BUCKET"] ?? "";

/** As the apps reach S3, or with other credentials. */
export function connectS3(
  { environment }: Space,
  credentials: { accessKeyId?: string; secretAccessKey?: string } = {},
  region = environment["AWS_REGION"] ?? "",
): S3Client {
  const {
    AWS_ENDPOINT_URL_S3: endpoint = "",
    AWS_ACCESS_KEY_ID: accessKeyId = "",
    AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
  } = environment;
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey, ...credentials },
    maxAttempts: 1,
  });
}

/** A form for a picture of 10 to 1,000 bytes. */
export function presignForm(
  Bucket: string,
  Key: string,
  client: S3Client,
  Expires = 600,
): Promise<PresignedPost> {
  const Conditions: [["content-length-range", number, number], ["starts-with", string, string]] = [
    ["content-length-range", 10, 1_000],
    ["starts-with", "$Content-Type", "image/"],
  ];
  const Fields = { "Content-Type": "image/png" };
  return createPresignedPost(client, { Bucket, Key, Conditions, Fields, Expires });
}

/** Sends a file with a form as a browser does; the answer, with the elements of its document. */
export async function sendFile({ url, fields }: PresignedPost, size = 100, headers = {}) {
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
