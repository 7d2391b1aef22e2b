import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

import Negotiator from "negotiator";

const encodings = ["br", "gzip"] as const;
type Encoding = (typeof encodings)[number];

export type Headers = Readonly<Record<string, string>>;

/** An answer that is made once and sent to many, with the forms that it goes out in. */
export type Prepared = {
  /** The same wherever the same answer is made. */
  readonly tag: string;
  /**
   * To GET and HEAD, with more headers as name, value, name, value … Whoever holds it already is told so (304).
   * Nothing may have been set on the response before: Node takes a whole list much faster than one after the other.
   */
  send(req: IncomingMessage, res: ServerResponse, more: readonly string[]): void;
};

type Form = { body: Buffer; ok: string[]; notModified: string[] };

/**
 * Its tag is that of its bytes and headers. So whatever they depend on (photos, release, settings) is in it, and
 * servers that made the same answer agree.
 */
export function prepare(text: string, headers: Headers): Prepared {
  const bytes = Buffer.from(text);
  const tag = fingerprint(JSON.stringify(headers) + text);
  const form = (body: Buffer, encoding?: Encoding): Form => {
    // Each encoding has a tag of its own (RFC 9110, section 8.8.3.3).
    const ETag = `"${encoding ? `${tag}-${encoding}` : tag}"`;
    const Vary = headers["Vary"] ? `${headers["Vary"]}, Accept-Encoding` : "Accept-Encoding";
    const all = {
      ...headers,
      Vary,
      ETag,
      "Content-Length": String(body.length),
      ...(encoding && { "Content-Encoding": encoding }),
    };
    const ofNotModified = Object.entries(all).filter(([name]) => saidAgain.has(name));
    return { body, ok: Object.entries(all).flat(), notModified: ofNotModified.flat() };
  };
  const plain = form(bytes);
  const forms = new Map<Encoding, Form>();
  // Off the event loop. Until they are there, or without them, the page is larger and no less right.
  for (const encoding of encodings) {
    compress[encoding](bytes)
      .then((body) => forms.set(encoding, form(body, encoding)))
      .catch(() => {});
  }

  return {
    tag,
    send(req, res, more) {
      const encoding = encodingFor(req);
      const { body, ok, notModified } = (encoding && forms.get(encoding)) ?? plain;
      // Any of its tags: it is the same page, also for those who unpacked it.
      if (req.headers["if-none-match"]?.includes(tag))
        res.writeHead(304, [...notModified, ...more]).end();
      else res.writeHead(200, [...ok, ...more]).end(body);
    },
  };
}

/** What a 304 repeats; all other headers stay as they were (RFC 9110, section 15.4.5). */
const saidAgain = new Set(["Cache-Control", "ETag", "Vary", "Server-Timing"]);

/** 128 bits of its content: two texts with the same are the same. */
export function fingerprint(content: string): string {
  return createHash("sha256").update(content).digest("base64url").slice(0, 22);
}

/** In the middle of what they can do: a page is sent some hundred times before the next replaces it. */
const compress: Record<Encoding, (bytes: Buffer) => Promise<Buffer>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_QUALITY]: 5,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gzip: (bytes) => promisify(gzip)(bytes, { level: 6 }),
};

/** Browsers send a handful of different headers; whoever makes up more of them is asked each time. */
const known = new Map<string, Encoding | undefined>();
const mostKnown = 100;

function encodingFor(req: IncomingMessage): Encoding | undefined {
  const accepted = req.headers["accept-encoding"];
  if (typeof accepted !== "string") return undefined;
  if (known.has(accepted)) return known.get(accepted);
  // The smaller one, whatever they name first: to browsers all are alike.
  const negotiator = new Negotiator(req);
  const encoding = encodings.find((each) => negotiator.encodings([each]).length > 0);
  if (known.size < mostKnown) known.set(accepted, encoding);
  return encoding;
}
