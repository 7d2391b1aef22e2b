import { createDecipheriv, createECDH, hkdfSync, randomBytes, type ECDH } from "node:crypto";

/** What a browser keeps to itself when it subscribes, and what it tells the site. */
export type BrowserKeys = { pair: ECDH; auth: Buffer };

export function newKeys(): BrowserKeys {
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  return { pair, auth: randomBytes(16) };
}

const headerLength = 16 + 4 + 1;
const tagLength = 16;

/**
 * A message in one record of `aes128gcm` (RFC 8188) under the keys of RFC 8291, as a browser opens it.
 * Ours and not the library's that the worker encrypts with: two of one mind could be wrong together.
 */
export function decrypt(body: Buffer, { pair, auth }: BrowserKeys): string {
  const salt = body.subarray(0, 16);
  const recordSize = body.readUInt32BE(16);
  const senderKey = body.subarray(headerLength, headerLength + body.readUInt8(20));
  const record = body.subarray(headerLength + senderKey.length);
  if (record.length > recordSize) throw new Error("A push is one record");

  const derive = (secret: Buffer, salted: Buffer, info: Buffer, length: number) =>
    Buffer.from(hkdfSync("sha256", secret, salted, info, length));
  const about = Buffer.concat([Buffer.from("WebPush: info\0"), pair.getPublicKey(), senderKey]);
  const secret = derive(pair.computeSecret(senderKey), auth, about, 32);
  const key = derive(secret, salt, Buffer.from("Content-Encoding: aes128gcm\0"), 16);
  const nonce = derive(secret, salt, Buffer.from("Content-Encoding: nonce\0"), 12);

  const decipher = createDecipheriv("aes-128-gcm", key, nonce);
  decipher.setAuthTag(record.subarray(-tagLength));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -tagLength)), decipher.final()]);
  const end = padded.findLastIndex((byte) => byte !== 0);
  // The last record's text ends with 2, and zeros behind it.
  if (padded[end] !== 2) throw new Error("The padding is not that of a last record");
  return padded.subarray(0, end).toString("utf8");
}
