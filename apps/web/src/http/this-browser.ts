import type { IncomingMessage } from "node:http";

import { days } from "@tendril/runtime";
import type { Response } from "express";

import type { WebConfig } from "../config.ts";
import { readCookie } from "./cookies.ts";

/** As long as browsers keep any cookie. */
const lastsMs = days(400);

/** Which subscription belongs to this browser: so a sign-out ends it, with and without JavaScript. */
export type ThisBrowser = { userId: number; endpointHash: Buffer };

const nameOf = ({ secure }: WebConfig) => (secure ? "__Host-tendril-push" : "tendril-push");

export function readThisBrowser(config: WebConfig, req: IncomingMessage): ThisBrowser | null {
  const value = readCookie(req, nameOf(config)) ?? "";
  const [, userId, hash] = /^(\d{1,15})\.([\w-]{43})$/.exec(value) ?? [];
  if (userId === undefined || hash === undefined) return null;
  return { userId: Number(userId), endpointHash: Buffer.from(hash, "base64url") };
}

export function rememberThisBrowser(
  config: WebConfig,
  res: Response,
  { userId, endpointHash }: ThisBrowser,
): void {
  const value = `${userId}.${endpointHash.toString("base64url")}`;
  res.cookie(nameOf(config), value, { ...attributes(config), maxAge: lastsMs });
}

export function forgetThisBrowser(config: WebConfig, res: Response): void {
  res.clearCookie(nameOf(config), attributes(config));
}

const attributes = ({ secure }: WebConfig) =>
  ({ path: "/", httpOnly: true, sameSite: "lax", secure }) as const;
