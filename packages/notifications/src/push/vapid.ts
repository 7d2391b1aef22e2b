import { createECDH, ECDH } from "node:crypto";

import type { Mistake } from "@tendril/runtime";
import { z } from "zod";

const curve = "prime256v1";

/** A key of a browser or of ours: an uncompressed point of P-256 in base64url. */
export const publicKey = z
  .string()
  .refine(isPoint, "must be a public key of P-256: 65 bytes in base64url");

/** Those of the development environment; anybody can sign with them. */
const developmentPublicKey =
  "BPJOH2g4keRSrg4u-73skSIJThhPRDCQy5vntir2yFtvu3fjKGy_wE2676Z8-nAEEmx2X4Z-xF1RgnFM0HNzIZM";

/** Who we are to push services. Browsers subscribe with the public key, so it cannot change unnoticed. */
export type Vapid = { publicKey: string; privateKey: string; subject: string };

/** The web tier tells browsers the public key; without it pushes are not offered. */
export const vapidPublicVariables = { VAPID_PUBLIC_KEY: publicKey.optional() };

export const vapidVariables = {
  ...vapidPublicVariables,
  VAPID_PRIVATE_KEY: z
    .string()
    .refine(
      (key) => Buffer.from(key, "base64url").length === 32,
      "must be a private key of P-256: 32 bytes in base64url",
    )
    .optional(),
  VAPID_SUBJECT: z
    .string()
    .refine(
      (subject) => /^mailto:[^@\s]+@[^@\s]+$/.test(subject) || /^https:\/\/\S+$/.test(subject),
      "must be a mailto: or https: address, where push services find us",
    )
    .optional(),
};

const names = ["VAPID_PUBLIC_KEY", "VAPID_PRIVATE_KEY", "VAPID_SUBJECT"] as const;

type Read = { [Name in keyof typeof vapidVariables]?: string | undefined };

/** The public key alone, as the web tier has it: under https none that everybody knows. */
export function checkVapidPublicKey(key: string | undefined, secure: boolean): Mistake[] {
  if (!secure || key !== developmentPublicKey) return [];
  const problem = "needs real keys under https: those of development are public";
  return [{ variable: "VAPID_PUBLIC_KEY", problem }];
}

/** All or none of them, and a pair. `values` may lack what could not be read. */
export function checkVapid(values: Read, secure: boolean): Mistake[] {
  const mistakes = checkVapidPublicKey(values.VAPID_PUBLIC_KEY, secure);
  const complain = (variable: keyof Read, problem: string) => mistakes.push({ variable, problem });
  const missing = names.filter((name) => name in values && values[name] === undefined);
  if (names.some((name) => values[name] !== undefined)) {
    for (const name of missing) complain(name, `is missing: ${names.join(", ")} go together`);
  }
  const { VAPID_PUBLIC_KEY: shown, VAPID_PRIVATE_KEY: secret } = values;
  if (shown !== undefined && secret !== undefined && publicKeyOf(secret) !== shown) {
    complain("VAPID_PRIVATE_KEY", "does not belong to VAPID_PUBLIC_KEY");
  }
  return mistakes;
}

/** Null when they are not set: pushes are not sent then. */
export function readVapid(values: Read): Vapid | null {
  const { VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY, VAPID_SUBJECT } = values;
  if (!VAPID_PUBLIC_KEY || !VAPID_PRIVATE_KEY || !VAPID_SUBJECT) return null;
  return { publicKey: VAPID_PUBLIC_KEY, privateKey: VAPID_PRIVATE_KEY, subject: VAPID_SUBJECT };
}

function isPoint(key: string): boolean {
  const bytes = Buffer.from(key, "base64url");
  if (bytes.length !== 65 || bytes[0] !== 4 || bytes.toString("base64url") !== key) return false;
  try {
    ECDH.convertKey(bytes, curve);
    return true;
  } catch {
    return false;
  }
}

function publicKeyOf(privateKey: string): string | null {
  const pair = createECDH(curve);
  try {
    pair.setPrivateKey(privateKey, "base64url");
    return pair.getPublicKey("base64url");
  } catch {
    return null;
  }
}
