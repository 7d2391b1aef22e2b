import type { Request } from "express";
import ipaddr from "ipaddr.js";

/**
 * Where somebody asks from, as limits count it: an IPv4 address, or the /64 of an IPv6 address, as each customer has
 * that much to himself (RFC 6177) and could ask from another address each time.
 */
export function networkOf({ ip = "" }: Pick<Request, "ip">): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  if (address instanceof ipaddr.IPv4) return address.toString();
  const prefix = address.parts.slice(0, 4).map((part) => part.toString(16));
  return `${prefix.join(":")}::/64`;
}
