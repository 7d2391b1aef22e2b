import { notificationKinds } from "@tendril/database";
import { readSigned, sign } from "@tendril/runtime";
import { z } from "zod";

/** What one link in a mail can stop. */
const unsubscribeScopes = [...notificationKinds, "digest", "all"] as const;
export type UnsubscribeScope = (typeof unsubscribeScopes)[number];

export type Unsubscribe = { userId: number; scope: UnsubscribeScope };

const purpose = "unsubscribe";

const claims = z.object({ userId: z.int().positive(), scope: z.enum(unsubscribeScopes) });

/** Never expires: mails are kept for years, and their links must work for as long. */
export function unsubscribeToken(
  secrets: readonly string[],
  { userId, scope }: Unsubscribe,
): string {
  return sign(secrets, purpose, `${userId}:${scope}`);
}

/** Null when it was not made by us, or not arrived whole. */
export function readUnsubscribeToken(
  secrets: readonly string[],
  token: string,
): Unsubscribe | null {
  const [userId, scope] = readSigned(secrets, purpose, token)?.split(":") ?? [];
  return claims.safeParse({ userId: Number(userId), scope }).data ?? null;
}

const subjects: Record<UnsubscribeScope, string> = {
  follow: "mails about new followers",
  like: "mails about likes of your photos",
  comment: "mails about comments on your photos",
  mention: "mails about mentions of you",
  photos: "mails about new photos by people you follow",
  original: "mails about originals that are back from the archive",
  failed: "mails about photos of yours that could not be made ready",
  mended: "mails about photos of yours that are ready after all",
  hidden: "mails about photos of yours that were hidden",
  digest: "digests of new photos",
  all: "mails besides those about your account itself",
};

/** What is stopped, to be put behind "You get" or "no more". */
export function describeMails(scope: UnsubscribeScope): string {
  return subjects[scope];
}
