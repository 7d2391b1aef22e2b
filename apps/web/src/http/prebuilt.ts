import { randomKey } from "@tendril/runtime";

/** A large part of many pages, as bytes: putting it in place costs less than making text of it again for each page. */
export type Prebuilt = {
  /** Stands in the page where it belongs. */
  place: string;
  bytes: Buffer;
};

/** That nobody can have written in a caption. */
const place = `<!-- ${randomKey(128)} -->`;

export function prebuilt(html: string): Prebuilt {
  return { place, bytes: Buffer.from(html) };
}

/** The page with the part in its place; pages without the place stay as they are. */
export function putInPlace(html: string, { place, bytes }: Prebuilt): Buffer {
  const at = html.indexOf(place);
  if (at === -1) return Buffer.from(html);
  const [before, after] = [html.slice(0, at), html.slice(at + place.length)];
  return Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]);
}
