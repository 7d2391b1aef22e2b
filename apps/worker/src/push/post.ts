import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";

import { messageOf } from "@tendril/runtime";

import { InsideAddressError, type Reach } from "./reach.ts";

/** From the first look-up to the last byte of the answer. */
const longestMs = 10_000;
/** Characters of an answer that are kept: what a push service says about its refusal. */
const keptOfAnswer = 300;

export type PushRequest = { url: URL; headers: Record<string, string | number>; body: Buffer };
export type PushAnswer = { status: number; text: string; retryAfter: string | undefined };

/** Nothing of the push left this machine. */
export class NeverReachedError extends Error {
  override readonly name = "NeverReachedError";
}

/**
 * One request to an address that a stranger chose: no redirects, no more than ten seconds, and of the
 * answer no more than a few words. What it throws, besides the two errors that have names, leaves open
 * whether the push was taken.
 */
export function post(
  { url, headers, body }: PushRequest,
  {
    reach,
    signal,
    timeoutMs = longestMs,
  }: { reach: Reach; signal: AbortSignal; timeoutMs?: number },
): Promise<PushAnswer> {
  const secure = url.protocol === "https:";
  return new Promise((resolve, reject) => {
    let reached = false;
    let answered = false;
    const request = (secure ? requestHttps : requestHttp)(url, {
      method: "POST",
      headers: { ...headers, "content-length": body.length },
      // A connection of its own: one that was kept may be closed at the other end, and would leave doubts.
      agent: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      ...(reach.lookup && { lookup: reach.lookup }),
    });
    request.once("socket", (socket) => {
      socket.once("connect", () => {
        if (reach.allows(socket.remoteAddress)) return;
        request.destroy(new InsideAddressError(`${url.host} leads to a private network`));
      });
      socket.once(secure ? "secureConnect" : "connect", () => {
        reached = true;
      });
    });
    request.on("error", (error) => {
      // The status is known: how its text ends changes nothing.
      if (answered) return;
      if (reached || error instanceof InsideAddressError) return reject(error);
      reject(new NeverReachedError(messageOf(error), { cause: error }));
    });
    request.once("response", async (response) => {
      answered = true;
      const { statusCode: status = 0, headers } = response;
      // A yes needs no words.
      const text = status >= 200 && status < 300 ? "" : await beginning(response);
      request.destroy();
      resolve({ status, text, retryAfter: headers["retry-after"] });
    });
    request.end(body);
  });
}

/** The first characters, however much there is or how slowly it comes: the status is known already. */
async function beginning(response: IncomingMessage): Promise<string> {
  let text = "";
  try {
    for await (const chunk of response.setEncoding("utf8")) {
      text += String(chunk);
      if (text.length >= keptOfAnswer) break;
    }
  } catch {
    // Broken off in the middle: what came is enough.
  }
  return text.slice(0, keptOfAnswer);
}
