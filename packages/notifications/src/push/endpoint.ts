import { isLoopback } from "@tendril/runtime";
import ipaddr from "ipaddr.js";

/** The only IPv6 addresses that lead to other networks; what looks ordinary elsewhere may be IPv4 in disguise. */
const globalUnicast = ipaddr.IPv6.parse("2000::");

/** True for addresses on the open internet: not this machine, not the networks around it, not the cloud's metadata. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== "unicast") return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(globalUnicast, 3);
}

const longestEndpoint = 2_000;

/**
 * What is wrong with the shape of an address that a browser gave for its pushes; null when nothing is.
 * Whoever connects still has to look at where the name leads to.
 */
export function endpointProblem(
  endpoint: string,
  { development }: { development: boolean },
): string | null {
  const url = URL.parse(endpoint);
  if (!url || endpoint.length > longestEndpoint || !/^[\x21-\x7e]*$/.test(endpoint))
    return "is not an address";
  if (url.username !== "" || url.password !== "") return "holds a password";
  const host = url.hostname.replace(/^\[|\]$|\.$/g, "");
  if (development && isLoopback(host)) {
    return /^https?:$/.test(url.protocol) ? null : "is no web address";
  }
  if (url.protocol !== "https:") return "must begin with https://";
  if (url.port !== "") return "must use the ordinary port of https";
  if (ipaddr.isValid(host)) return isPublicAddress(host) ? null : "leads to a private network";
  return /\.(?:localhost|local|internal|home\.arpa|onion)$/.test(host) || !host.includes(".")
    ? "leads to a private network"
    : null;
}
