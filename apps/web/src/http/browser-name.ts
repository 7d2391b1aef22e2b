import { getParser } from "bowser";
import type { Request } from "express";

/** "Firefox on Linux", for the lists that people see. */
export function nameOfBrowser(req: Request): string {
  const agent = req.get("user-agent") ?? "";
  const parsed = agent === "" ? undefined : getParser(agent);
  const browser = parsed?.getBrowserName() || "A browser";
  const system = parsed?.getOSName();
  return (system ? `${browser} on ${system}` : browser).slice(0, 100);
}
