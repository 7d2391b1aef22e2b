import { connect } from "node:net";

import { seconds } from "@tendril/runtime";

import type { Explanation } from "../check.ts";
import { codesOf, wordsOf } from "./causes.ts";

export type Place = {
  /** "the database", as it begins a sentence's subject. */
  what: string;
  host: string;
  port: number;
  /** The variables that say where it is. */
  variable: string;
  /** What to do when it takes connections and says nothing. */
  mute?: string;
  /** What makes its authority known, where that can be said. */
  authority?: string;
};

const clock = "Compare `date -u` with the real time; on EC2 chronyd keeps it (`chronyc tracking`).";

/** Why there is no connection, or no TLS. Undefined when it is something else. */
export function explainNetwork(error: unknown, place: Place): Explanation | undefined {
  const { what, host, port, variable } = place;
  const codes = codesOf(error);
  const words = wordsOf(error);
  const at = `${host}:${port}`;
  const has = (...names: string[]) => names.some((name) => codes.has(name));

  if (has("ENOTFOUND", "EAI_AGAIN"))
    return {
      says: `no address is known for ${host}`,
      cure: `Look for a slip in ${variable}. A name of a private network is known inside its VPC alone, and not before what it names exists.`,
    };
  if (has("ECONNREFUSED"))
    return {
      says: `${at} refuses connections`,
      cure: `Nothing listens there: ${what} does not run, or ${variable} names another host or port.`,
    };
  if (has("EHOSTUNREACH", "ENETUNREACH"))
    return {
      says: `there is no way to ${at}`,
      cure: "Look at the route table of this subnet, and whether both lie in one VPC.",
    };
  return explainTls(codes, words, place) ?? explainSilence(error, codes, words, place);
}

export function isConnectionTrouble(error: unknown): boolean {
  return explainNetwork(error, { what: "", host: "", port: 0, variable: "" }) !== undefined;
}

function explainTls(
  codes: Set<string>,
  words: string,
  { what, host, port, variable, authority }: Place,
): Explanation | undefined {
  const at = `${host}:${port}`;
  if (codes.has("ERR_TLS_CERT_ALTNAME_INVALID") || /altnames/i.test(words))
    return {
      says: `the certificate at ${at} is for another name`,
      cure: `Put the name that its provider gives into ${variable}: no alias, no IP address.`,
    };
  if (codes.has("CERT_HAS_EXPIRED") || /certificate has expired/i.test(words))
    return { says: `the certificate at ${at} is out of date`, cure: `Renew it. ${clock}` };
  if (codes.has("CERT_NOT_YET_VALID") || /not yet valid/i.test(words))
    return { says: `the certificate at ${at} is not valid yet`, cure: clock };
  if (
    /self.signed certificate|unable to (get|verify)|UNABLE_TO|SELF_SIGNED/i.test(
      `${words} ${[...codes].join(" ")}`,
    )
  )
    return {
      says: `nobody that is trusted here signed the certificate at ${at}`,
      cure: `${authority ?? "The authority that signed it has to be known to Node (NODE_EXTRA_CA_CERTS)."} If that is so already, something else answers at this address.`,
    };
  if (
    codes.has("HANDSHAKE_NO_SSL_SUPPORT") ||
    /wrong version number|packet length too long/i.test(words)
  )
    return {
      says: `${at} speaks no TLS`,
      cure: `Switch on TLS at ${what} (encryption in transit); is the port in ${variable} that of TLS?`,
    };
  return undefined;
}

function isSilent(error: unknown): boolean {
  const codes = codesOf(error);
  const silent = [
    "ETIMEDOUT",
    "TimeoutError",
    "ConnectionTimeoutError",
    "UND_ERR_CONNECT_TIMEOUT",
    "SequelizeConnectionAcquireTimeoutError",
  ];
  return (
    silent.some((code) => codes.has(code)) || /timed? ?out|did not establish/i.test(wordsOf(error))
  );
}

/** As `explainNetwork`, but knocks once more to tell a closed door from one behind which nobody speaks. */
export async function explainConnection(
  error: unknown,
  place: Place,
): Promise<Explanation | undefined> {
  const { host, port, mute } = place;
  if (isSilent(error) && mute !== undefined && (await takesConnections(host, port)))
    return { says: `${host}:${port} takes the connection and then says nothing`, cure: mute };
  return explainNetwork(error, place);
}

function takesConnections(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host, port, timeout: seconds(2) });
  socket.once("connect", () => resolve(true));
  socket.once("timeout", () => resolve(false));
  socket.once("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}

function explainSilence(
  error: unknown,
  codes: Set<string>,
  words: string,
  { what, host, port, variable }: Place,
): Explanation | undefined {
  if (isSilent(error))
    return {
      says: `${host}:${port} does not answer`,
      cure: `Most often a security group: that of ${what} has to admit port ${port} from the group of these instances. Else there is no route, or ${variable} names a host of another VPC.`,
    };
  if (
    codes.has("ECONNRESET") ||
    codes.has("SocketClosedUnexpectedlyError") ||
    codes.has("PROTOCOL_CONNECTION_LOST") ||
    /socket (hang up|closed)/i.test(words)
  )
    return {
      says: `${host}:${port} closes the connection without a word`,
      cure: `${what} may speak TLS alone, or something else listens there: look at ${variable}.`,
    };
  return undefined;
}
