import { createHmac, timingSafeEqual } from "node:crypto";

const version = "1";

/**
 * A token that says `payload` and can be made by those who know a secret alone: `1.<payload>.<HMAC-SHA-256>`,
 * in base64url. It can be read by everybody. `purpose` keeps a token for one thing from being good for another.
 * `secrets` are newest first: the first signs.
 */
export function sign(secrets: readonly string[], purpose: string, payload: string): string {
  const [newest] = secrets;
  if (newest === undefined) throw new Error("There is no secret to sign with");
  const encoded = Buffer.from(payload).toString("base64url");
  return `${version}.${encoded}.${mac(newest, purpose, encoded)}`;
}

/** What the token says; null unless one of the secrets signed exactly this for this purpose. */
export function readSigned(
  secrets: readonly string[],
  purpose: string,
  token: string,
): string | null {
  const [claimed, encoded, signature, ...rest] = token.split(".");
  if (claimed !== version || encoded === undefined || signature === undefined || rest.length > 0)
    return null;
  const given = Buffer.from(signature);
  // The texts are compared, not the bytes they stand for: base64 has several texts for the same bytes.
  const valid = secrets.some((secret) => {
    const right = Buffer.from(mac(secret, purpose, encoded));
    return right.length === given.length && timingSafeEqual(right, given);
  });
  return valid ? Buffer.from(encoded, "base64url").toString() : null;
}

function mac(secret: string, purpose: string, encoded: string): string {
  return createHmac("sha256", secret)
    .update(`${version}\n${purpose}\n${encoded}`)
    .digest("base64url");
}
