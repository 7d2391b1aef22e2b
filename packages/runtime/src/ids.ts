import { randomBytes } from "node:crypto";

import { v7 } from "uuid";

/** A UUID that sorts by the time it was made. */
export function timeOrderedId(): string {
  return v7();
}

/** Unguessable, safe in URLs and object keys. `bits` must divide by 8. */
export function randomKey(bits: 96 | 128 | 256): string {
  return randomBytes(bits / 8).toString("base64url");
}
