import type { IncomingMessage } from "node:http";

/** One cookie's value as the browser sent it. */
export function readCookie(req: IncomingMessage, name: string): string | undefined {
  const { cookie } = req.headers;
  if (!cookie?.includes(name)) return undefined;
  const pairs = cookie.split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
