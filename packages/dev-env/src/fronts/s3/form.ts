import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";

import busboy from "busboy";

import { S3Refusal } from "./error.ts";

/** A browser's form as far as its file; what follows the file is ignored, as S3 does. */
export type PostForm = {
  /** By name in lower case. */
  fields: ReadonlyMap<string, string>;
  file: Readable;
  fileName: string;
};

const MAX_FIELDS_BYTES = 20 * 1024;

const malformed = () =>
  new S3Refusal(
    400,
    "MalformedPOSTRequest",
    "The body of your POST request is not well-formed multipart/form-data.",
  );

function openParser(request: IncomingMessage) {
  try {
    return busboy({
      headers: request.headers,
      limits: { fieldSize: MAX_FIELDS_BYTES + 1 },
      defParamCharset: "utf8",
    });
  } catch {
    throw malformed();
  }
}

export function readForm(request: IncomingMessage): Promise<PostForm> {
  const { promise, resolve, reject } = Promise.withResolvers<PostForm>();
  const parser = openParser(request);
  const fields = new Map<string, string>();
  let bytes = 0;
  parser.on("field", (name, value) => {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    if (bytes > MAX_FIELDS_BYTES)
      reject(
        new S3Refusal(
          400,
          "MaxPostPreDataLengthExceeded",
          "Your POST request fields preceding the upload file were too large.",
        ),
      );
    fields.set(name.toLowerCase(), value);
  });
  parser.on("file", (name, file, { filename }) => {
    // An error of the form shows on the file that is being read.
    parser.on("error", (error) => file.destroy(error instanceof Error ? error : malformed()));
    file.on("error", () => {});
    // A copy: of a small form the fields behind the file arrive in the same moment.
    if (name.toLowerCase() === "file")
      resolve({
        fields: new Map(fields),
        file,
        fileName: (filename ?? "").replace(/^.*[/\\]/, ""),
      });
    else file.resume();
  });
  parser.on("error", () => reject(malformed()));
  parser.on("close", () =>
    reject(
      new S3Refusal(400, "InvalidArgument", "POST requires exactly one file upload per request.", {
        ArgumentName: "file",
        ArgumentValue: "0",
      }),
    ),
  );
  request.pipe(parser);
  request.once("close", () => {
    if (!request.complete) parser.destroy(malformed());
  });
  return promise;
}
