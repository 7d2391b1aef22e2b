import { request } from "node:http";

import { seconds } from "@tendril/runtime";

import type { AppRequest } from "./request.ts";
import type { SqsdSettings } from "./settings.ts";

/** `broken`: the app took the request and closed the connection without an answer. */
export type Answer = number | "no answer" | "broken";

/** One POST, on a connection of its own. Never rejects. */
export function post(
  app: string,
  { path, headers, body }: AppRequest,
  { ConnectTimeout, InactivityTimeout }: SqsdSettings,
  signal: AbortSignal,
): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  let isConnected = false;
  const outgoing = request(new URL(path, app), {
    method: "POST",
    headers: { ...headers, "Content-Length": String(Buffer.byteLength(body)) },
    agent: false,
    signal,
  });
  const giveUp = () => {
    resolve("no answer");
    outgoing.destroy();
  };
  let patience = setTimeout(giveUp, seconds(ConnectTimeout));
  outgoing.once("socket", (socket) =>
    socket.once("connect", () => {
      isConnected = true;
      clearTimeout(patience);
      patience = setTimeout(giveUp, seconds(InactivityTimeout));
    }),
  );
  outgoing.once("response", (answer) => {
    answer.on("error", () => {});
    answer.resume();
    resolve(answer.statusCode ?? 0);
  });
  outgoing.on("error", () => resolve(isConnected ? "broken" : "no answer"));
  outgoing.end(body);
  return promise.finally(() => clearTimeout(patience));
}
