import { hash, verify } from "@node-rs/argon2";
import { z } from "zod";

import { isCommonPassword } from "./common-passwords.ts";

/** OWASP Password Storage: argon2id (this library's default) with 19 MiB, 2 passes, 1 lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const passwordHint = "At least 8 characters. A few words in a row are good.";

/** No rules about kinds of characters: length and not being on everybody's list are what helps (NIST SP 800-63B). */
export const newPassword = z
  .string("Use at least 8 characters.")
  .min(8, "Use at least 8 characters.")
  .max(256, "Use up to 256 characters.")
  .refine(
    (password) => !isCommonPassword(password),
    "This password is on every list of common ones. Choose another.",
  );

/** One keyboard writes é as one character, another as two: both are the same password (NIST SP 800-63B). */
const normalised = (password: string): string => password.normalize("NFKC");

export function hashPassword(password: string): Promise<string> {
  return hash(normalised(password), cost);
}

let nobody: Promise<string> | undefined;

/** Takes as long for an unknown person as for a known one, so that its time tells nothing. */
export async function isPassword(
  password: string,
  passwordHash: string | undefined,
): Promise<boolean> {
  nobody ??= hashPassword("nobody has this");
  const right = await verify(passwordHash ?? (await nobody), normalised(password));
  return right && passwordHash !== undefined;
}
