import type { IncomingMessage } from "node:http";

import type { Request, Response } from "express";

import { readCookie } from "./cookies.ts";

/** What a page says once, after a form was sent. A closed list: the cookie holds a code, never words. */
const messages = {
  "signed-up": {
    kind: "success",
    text: "Welcome to Tendril.",
  },
  "signed-in": { kind: "success", text: "You are signed in." },
  "signed-out": { kind: "info", text: "You are signed out." },
  "mail-sent": { kind: "info", text: "The mail is on its way." },
  "change-mailed": {
    kind: "info",
    text: "We are sending a link to your new address. Follow it to make the change.",
  },
  "email-kept": { kind: "info", text: "Your e-mail address stays as it is." },
  "mail-stopped": {
    kind: "error",
    text: "We sent nothing, because mail to your address came back. Below you see what can be done.",
  },
  "email-verified": { kind: "success", text: "Your e-mail address is confirmed." },
  "password-changed": {
    kind: "success",
    text: "Your password is changed. Sign in with the new one.",
  },
  "own-password-changed": {
    kind: "success",
    text: "Your password is changed. You are signed in here alone.",
  },
  "signed-out-elsewhere": { kind: "success", text: "You are signed in here alone." },
  "settings-saved": { kind: "success", text: "Your settings are saved." },
  "address-tried": { kind: "success", text: "We write to your address again." },
  "photo-edited": { kind: "success", text: "Your changes are saved." },
  "original-asked": {
    kind: "success",
    text: "Your original is being fetched from the archive. We tell you when it is there.",
  },
  "original-there": { kind: "success", text: "Your original is there: you can download it below." },
  "browser-removed": { kind: "info", text: "That browser is not told any more." },
  "test-sent": { kind: "info", text: "A test is on its way to that browser." },
  "letter-redriven": {
    kind: "success",
    text: "The letter is sent back. Below you see what becomes of it.",
  },
  "letter-edited": {
    kind: "success",
    text: "The payload is saved. Send the letter back to have it tried.",
  },
  "letters-dropped": { kind: "success", text: "Dropped. It stays on record." },
  "redrive-goes-on": {
    kind: "info",
    text: "These letters are being sent back already. Nothing more was begun.",
  },
  "no-letters-chosen": {
    kind: "error",
    text: "No letters were chosen. Tick the boxes beside those you mean.",
  },
  "task-run": { kind: "success", text: "The task is on its way." },
  reported: { kind: "success", text: "Thank you. The operators will look at this photo." },
  "account-suspended": {
    kind: "error",
    text: "You are signed out: this account is suspended. Signing in tells why.",
  },
  "photo-hidden": { kind: "success", text: "The photo is hidden, and its owner is told." },
  "photo-unhidden": { kind: "success", text: "The photo is shown again." },
  "reports-dismissed": { kind: "info", text: "The reports of that photo are closed." },
  "person-changed": { kind: "success", text: "Done, and noted in the history." },
  "photo-deleted": { kind: "info", text: "The photo is deleted." },
} as const;

export type FlashCode = keyof typeof messages;
export type FlashMessage = { kind: string; text: string };

const cookie = "tendril-flash";

export function flash(res: Response, code: FlashCode): void {
  res.cookie(cookie, code, { httpOnly: true, sameSite: "lax", path: "/", maxAge: 60_000 });
}

export const hasFlash = (req: IncomingMessage): boolean => readCookie(req, cookie) !== undefined;

/** Kept for the next page, where this one loads itself again before anybody has read it. */
export function takeFlash(
  req: Request,
  res: Response,
  { keep }: { keep: boolean },
): FlashMessage[] {
  const code = readCookie(req, cookie);
  if (code === undefined) return [];
  if (!keep) res.clearCookie(cookie, { path: "/" });
  return Object.entries(messages).flatMap(([known, message]) => (known === code ? [message] : []));
}
