import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

import { type Front, openHttpFront } from "../front.ts";
import { readBody } from "../proxy.ts";
import { checkRequest, PushRefusal } from "./check.ts";
import { type PushDevice, register, type Registration } from "./device.ts";

/** What a test may have the push service do to all that is sent; as it begins it does what real ones do on a good day. */
export type PushBehaviour = {
  /** Milliseconds between taking a message and saying so. */
  answerAfterMs: number;
  /** Breaks the connection: before the message is taken, or between that and the answer. */
  breaks: "never" | "before accepting" | "after accepting";
  /** 429: nothing is taken for now. */
  busy: boolean;
};

const goodDay = (): PushBehaviour => ({ answerAfterMs: 0, breaks: "never", busy: false });

export interface PushService extends Front {
  readonly url: string;
  /** May be changed at any time. */
  readonly behaviour: PushBehaviour;
  /** A browser that subscribes with the site's public key, as `pushManager.subscribe` does. */
  subscribe(applicationServerKey: string): PushDevice;
}

const largestRequest = 1024 * 1024;

/**
 * A push service with its browsers, on this machine: checks what push services check, and opens what
 * comes with the browser's keys. There is no way to take part in a real one without the internet.
 */
export async function openPushService(): Promise<PushService> {
  const devices = new Map<string, Registration>();
  const behaviour = goodDay();
  const front = await openHttpFront(async (request, response) => {
    const device = devices.get(request.url ?? "");
    device?.noteCall();
    if (device?.answer) return device.answer(request, response);
    await take(request, response, device, { origin: url, behaviour });
  });
  const url = `http://127.0.0.1:${front.port}`;
  return {
    ...front,
    url,
    behaviour,
    subscribe(applicationServerKey) {
      const path = `/push/${randomBytes(48).toString("base64url")}`;
      const device = register(url + path, applicationServerKey);
      devices.set(path, device);
      return device;
    },
  };
}

async function take(
  request: IncomingMessage,
  response: ServerResponse,
  device: Registration | undefined,
  { origin, behaviour }: { origin: string; behaviour: PushBehaviour },
): Promise<void> {
  try {
    if (request.method !== "POST") throw new PushRefusal(405, "Pushes are posted");
    const body = await readBody(request, largestRequest);
    if (behaviour.breaks === "before accepting") return void response.destroy();
    if (behaviour.busy) return void response.writeHead(429, { "retry-after": "1" }).end();
    if (!device) throw new PushRefusal(404, "There is no such subscription");
    if (device.expired) throw new PushRefusal(410, "The subscription is over");
    const { applicationServerKey } = device;
    device.deliver(checkRequest(request.headers, body, { origin, applicationServerKey }), body);
    await delay(behaviour.answerAfterMs);
    if (behaviour.breaks === "after accepting") return void response.destroy();
    response.writeHead(201, { location: `${origin}/message/${randomUUID()}` }).end();
  } catch (error) {
    if (!(error instanceof PushRefusal)) throw error;
    response.writeHead(error.status, { "content-type": "text/plain" }).end(error.message);
  }
}
