import { createPublicKey, verify } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

import { z } from "zod";

/** What a push service answers to a request that is not as RFC 8030 and RFC 8292 say. */
export class PushRefusal extends Error {
  override readonly name = "PushRefusal";
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** How a message is to be delivered. */
export type Delivery = {
  /** Seconds for which it is kept for a device that is away. */
  ttl: number;
  urgency: string;
  /** A message takes the place of an earlier one with the same topic that is not delivered yet. */
  topic: string | undefined;
  /** Where the sender can be reached: `mailto:` or `https:`. */
  subject: string;
};

const longestBody = 4_096;
const longestLife = 24 * 3_600;
const claims = z.object({
  aud: z.string(),
  exp: z.number(),
  sub: z.string().regex(/^(mailto:|https:)/),
});

/** `applicationServerKey` is the one that the browser subscribed with: no other may send. */
export function checkRequest(
  headers: IncomingHttpHeaders,
  body: Buffer,
  { origin, applicationServerKey }: { origin: string; applicationServerKey: string },
): Delivery {
  const subject = checkSender(headers.authorization, origin, applicationServerKey);
  const ttl = one(headers["ttl"]);
  if (ttl === undefined || !/^\d+$/.test(ttl)) throw new PushRefusal(400, "The TTL is missing");
  const urgency = one(headers["urgency"]) ?? "normal";
  if (!["very-low", "low", "normal", "high"].includes(urgency))
    throw new PushRefusal(400, `There is no urgency ${urgency}`);
  const topic = one(headers["topic"]);
  if (topic !== undefined && !/^[\w-]{1,32}$/.test(topic))
    throw new PushRefusal(400, "The topic is not up to 32 characters of base64url");
  if (headers["content-encoding"] !== "aes128gcm")
    throw new PushRefusal(415, "The content is not encoded as aes128gcm");
  if (body.length > longestBody)
    throw new PushRefusal(413, "The message is longer than 4096 bytes");
  return { ttl: Number(ttl), urgency, topic, subject };
}

const one = (header: string | string[] | undefined) =>
  Array.isArray(header) ? header.join(", ") : header;

/** The signed statement that says who sends. */
function checkSender(authorization = "", origin: string, applicationServerKey: string): string {
  const [, token = "", key = ""] =
    /^vapid t=([\w-]+\.[\w-]+\.[\w-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
  if (token === "") throw new PushRefusal(401, "There is no vapid authorization");
  if (key !== applicationServerKey)
    throw new PushRefusal(403, "The key is not the one that the browser subscribed with");
  const [header = "", payload = "", signature = ""] = token.split(".");
  const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString());
  if (!z.object({ alg: z.literal("ES256") }).safeParse(decoded(header)).success)
    throw new PushRefusal(403, "The token is not signed with ES256");
  const signed = Buffer.from(`${header}.${payload}`);
  const asJose = { key: publicKeyOf(key), dsaEncoding: "ieee-p1363" } as const;
  if (!verify("sha256", signed, asJose, Buffer.from(signature, "base64url")))
    throw new PushRefusal(403, "The signature is not right");
  const read = claims.safeParse(decoded(payload));
  if (!read.success) throw new PushRefusal(403, "The token does not say aud, exp and sub");
  const { aud, exp, sub } = read.data;
  if (aud !== origin) throw new PushRefusal(403, `The token is for ${aud}`);
  const left = exp - Date.now() / 1_000;
  if (left <= 0 || left > longestLife)
    throw new PushRefusal(403, "The token is over, or lasts for more than a day");
  return sub;
}

function publicKeyOf(key: string) {
  const point = Buffer.from(key, "base64url");
  const x = point.subarray(1, 33).toString("base64url");
  const y = point.subarray(33).toString("base64url");
  return createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
}
