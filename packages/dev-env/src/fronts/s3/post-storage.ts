import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

import { callBackend } from "../proxy.ts";
import { S3Refusal } from "./error.ts";
import type { PostForm } from "./form.ts";
import type { Policy } from "./policy.ts";

const KEPT_HEADERS = [
  "content-type",
  "cache-control",
  "content-disposition",
  "content-encoding",
  "expires",
];

type Target = { backend: string; bucket: string };

/** Counts to the end even past the limit: S3 tells how large the file was. Nothing is held. */
function measure({ min, max }: Policy["range"]): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      done(null, size > max ? undefined : chunk);
    },
    flush(done) {
      const proposed = { ProposedSize: String(size) };
      if (size > max)
        done(
          new S3Refusal(
            400,
            "EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size",
            { ...proposed, MaxSizeAllowed: String(max) },
          ),
        );
      else if (size < min)
        done(
          new S3Refusal(
            400,
            "EntityTooSmall",
            "Your proposed upload is smaller than the minimum allowed size",
            { ...proposed, MinSizeAllowed: String(min) },
          ),
        );
      else done();
    },
  });
}

/** Sends the file on while it arrives; a refusal at its end breaks the request, and nothing is stored. */
export async function storeFile(
  { fields, file }: PostForm,
  key: string,
  range: Policy["range"],
  { backend, bucket }: Target,
): Promise<string> {
  const headers = Object.fromEntries(
    [...fields].filter(([name]) => KEPT_HEADERS.includes(name) || name.startsWith("x-amz-meta-")),
  );
  const path = `/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
  const { outgoing, answered } = callBackend(backend, {
    method: "PUT",
    path,
    headers: { "content-type": "binary/octet-stream", ...headers, "transfer-encoding": "chunked" },
  });
  await pipeline(file, measure(range), outgoing);
  const answer = await answered;
  answer.resume();
  if (answer.statusCode === 404)
    throw new S3Refusal(404, "NoSuchBucket", "The specified bucket does not exist", {
      BucketName: bucket,
    });
  if (answer.statusCode !== 200)
    throw new S3Refusal(
      500,
      "InternalError",
      "We encountered an internal error. Please try again.",
    );
  return String(answer.headers.etag ?? "");
}
