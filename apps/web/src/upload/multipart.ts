import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { AppError, BadRequestError, InvalidInputError, messageOf } from "@tendril/runtime";
import {
  beginningBytes,
  discardIncoming,
  judgeBeginning,
  streamToIncoming,
  type PhotoFailure,
} from "@tendril/storage";
import busboy from "busboy";
import type { Request } from "express";

import type { WebContext } from "../context.ts";
import { formToken } from "../http/form-token.ts";
import type { Limit } from "../http/limits.ts";
import { photoWords, type PhotoWords } from "../http/photo-words.ts";
import type { SignedIn } from "../http/sessions.ts";
import { maxFiles } from "./limits.ts";
import { beginUpload, completeUpload, refuseUpload, type NewUpload } from "./uploads.ts";

export type ReceivedFile = { fileName: string; slug: string; failure: PhotoFailure | null };
export type ReceivedForm = {
  token: string;
  words: PhotoWords;
  files: ReceivedFile[];
  /** False when there were more files than one form may bring. */
  isWhole: boolean;
};

/**
 * The way without JavaScript: each file streams through this server into S3, one after the other, never held in memory.
 * A file that is refused does not stop the ones behind it; what else goes wrong would go wrong with all of them.
 */
export async function receiveForm(
  context: WebContext,
  viewer: SignedIn,
  req: Request,
  perPerson: Limit,
): Promise<ReceivedForm> {
  const fields: Record<string, string> = {};
  const files: Promise<ReceivedFile>[] = [];
  const parser = openParser(context, req);
  let before: Promise<unknown> = Promise.resolve();
  let trouble: { error: unknown } | undefined;
  let isWhole = true;

  parser.on("field", (name, value) => (fields[name] = value));
  parser.on("file", (_name, stream, info) => {
    // A form sent without choosing a file holds one empty part without a name.
    const fileName = info.filename;
    if (!fileName) return void stream.resume();
    const position = files.length;
    const received = before.then(async () => {
      if (trouble) throw trouble.error;
      const upload = { ...readFields(fields), position, fileName };
      await perPerson.count(String(viewer.id));
      return receiveFile(context, viewer, req.id, stream, upload);
    });
    // Reported by Promise.all below; until then nobody may call it unhandled.
    const settled = received.catch((error: unknown) => void (trouble ??= { error }));
    // The parser goes on only when this part is read to its end, whatever became of it.
    before = settled.then(() => readToEnd(stream));
    files.push(received);
  });
  // Read to the end all the same: browsers look at no answer before all is sent.
  parser.on("filesLimit", () => (isWhole = false));

  try {
    await pipeline(req, parser);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new BadRequestError(
      /Malformed part header/.test(messageOf(error))
        ? "The name of one of the files cannot be read. Give it a plain name and send the form again."
        : "The form did not arrive whole. Send it again.",
    );
  }
  const { formToken: token, words } = readFields(fields);
  return { token, words, files: await Promise.all(files), isWhole };
}

/** `resume` would do nothing: an iterator that was begun and left keeps the stream from flowing. */
async function readToEnd(part: Readable): Promise<void> {
  const chunks = part[Symbol.asyncIterator]();
  try {
    while (!(await chunks.next()).done);
  } catch {
    // Broken off: whoever reads the form is told.
  }
}

function openParser(context: WebContext, req: Request): busboy.Busboy {
  // The parser would take urlencoded forms, too; there are no files in them.
  if (!req.is("multipart/form-data"))
    throw new BadRequestError("This form was not sent as multipart/form-data.");
  try {
    return busboy({
      headers: req.headers,
      defParamCharset: "utf8",
      limits: {
        files: maxFiles,
        fields: 10,
        fieldSize: 8_000,
        fileSize: context.config.storage.maxBytes,
      },
    });
  } catch {
    throw new BadRequestError("This form does not say where its parts begin and end.");
  }
}

function readFields(fields: Record<string, string>): Pick<NewUpload, "formToken" | "words"> {
  const token = formToken.safeParse(fields.form_token);
  if (!token.success) throw new BadRequestError("This form is not complete. Load the page again.");
  const words = photoWords.safeParse(fields);
  if (!words.success)
    throw new InvalidInputError(words.error.issues.map(({ message }) => message).join(" "));
  return { formToken: token.data, words: words.data };
}

type FilePart = Readable & { truncated?: boolean };

async function receiveFile(
  context: WebContext,
  viewer: SignedIn,
  trace: string,
  part: FilePart,
  upload: NewUpload,
): Promise<ReceivedFile> {
  const photo = await beginUpload(context, viewer.id, upload);
  const received = { fileName: photo.fileName, slug: photo.slug };
  // Sent before: what became of it then stands.
  if (photo.status !== "uploading") return { ...received, failure: null };

  const { beginning, whole } = await peek(part);
  const judged = await judgeBeginning(beginning);
  if ("refused" in judged) {
    await refuseUpload(context, photo, judged.refused);
    return { ...received, failure: judged.refused };
  }
  try {
    await streamToIncoming(context.storage, photo.slug, whole);
  } catch (error) {
    if (!part.truncated) throw error;
  }
  if (part.truncated) {
    await refuseUpload(context, photo, "too-large");
    await discardIncoming(context.storage, photo.slug);
    return { ...received, failure: "too-large" };
  }
  await completeUpload(context, viewer.id, photo.slug, trace);
  return { ...received, failure: null };
}

class TruncatedError extends Error {
  override readonly name = "TruncatedError";
}

/** The first bytes for judging, and a stream that still gives all of them. It breaks off when the file is over the limit. */
async function peek(part: FilePart): Promise<{ beginning: Buffer; whole: Readable }> {
  const chunks: AsyncIterator<Buffer> = part[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let size = 0;
  while (size < beginningBytes) {
    const next = await chunks.next();
    if (next.done) break;
    first.push(next.value);
    size += next.value.length;
  }
  async function* all() {
    yield* first;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    if (part.truncated) throw new TruncatedError("The file is over the limit");
  }
  return { beginning: Buffer.concat(first), whole: Readable.from(all(), { objectMode: false }) };
}
