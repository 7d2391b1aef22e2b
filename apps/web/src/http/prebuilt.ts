import { randomKey } from "@tendril/runtime";

import { fingerprint } from "./prepared.ts";

/** A large part of many pages, as bytes: putting it in place costs less than making text of it again for each page. */
export type Prebuilt = {
  /** Stands in the page where it belongs. */
  place: string;
  bytes: Buffer;
  /** The same for the same bytes. */
  tag: string;
};

/** That nobody can have written in a caption. */
const place = `<!-- ${randomKey(128)} -->`;

export function prebuilt(html: string): Prebuilt {
  return { place, bytes: Buffer.from(html), tag: fingerprint(html) };
}

/** The page with the part in its place, in pieces; pages without the place stay as they are. */
export function putInPlace(html: string, { place, bytes }: Prebuilt): Buffer[] {
  const at = html.indexOf(place);
  if (at === -1) return [Buffer.from(html)];
  return [Buffer.from(html.slice(0, at)), bytes, Buffer.from(html.slice(at + place.length))];
}
