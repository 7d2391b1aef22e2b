import type { Handler } from "../front.ts";
import type { Delivery } from "./check.ts";
import { decrypt, newKeys } from "./decrypt.ts";

/** What `PushSubscription.toJSON()` gives a page. */
export type Subscription = {
  endpoint: string;
  expirationTime: null;
  keys: { p256dh: string; auth: string };
};

export type ReceivedPush = Delivery & {
  at: Date;
  /** As the browser reads it; null when it cannot, which its push service never learns. */
  text: string | null;
};

/** A browser that subscribed. */
export interface PushDevice {
  readonly subscription: Subscription;
  /** What was delivered, oldest first. */
  readonly received: readonly ReceivedPush[];
  /** Requests that came for it, also those that were not taken. */
  readonly calls: number;
  /** What is sent now waits, as long as its TTL and no newer one of its topic comes. */
  goOffline(): void;
  comeOnline(): void;
  /** Its subscription is over: 410 from now on. */
  expire(): void;
  /** From now on this is the answer to what is sent to it; without a handler it is the ordinary one. */
  answerWith(handler: Handler | undefined): void;
}

/** The same as its push service sees it. */
export type Registration = PushDevice & {
  readonly applicationServerKey: string;
  readonly expired: boolean;
  readonly answer: Handler | undefined;
  noteCall(): void;
  deliver(delivery: Delivery, body: Buffer): void;
};

export function register(endpoint: string, applicationServerKey: string): Registration {
  const keys = newKeys();
  const received: ReceivedPush[] = [];
  let kept: { until: number; push: ReceivedPush }[] = [];
  let online = true;
  let expired = false;
  let calls = 0;
  let answer: Handler | undefined;

  const read = (body: Buffer) => {
    try {
      return decrypt(body, keys);
    } catch {
      return null;
    }
  };
  return {
    subscription: {
      endpoint,
      expirationTime: null,
      keys: {
        p256dh: keys.pair.getPublicKey("base64url"),
        auth: keys.auth.toString("base64url"),
      },
    },
    received,
    applicationServerKey,
    get calls() {
      return calls;
    },
    get expired() {
      return expired;
    },
    get answer() {
      return answer;
    },
    noteCall() {
      calls += 1;
    },
    deliver(delivery, body) {
      const push = { ...delivery, at: new Date(), text: read(body) };
      if (online) return void received.push(push);
      const { topic, ttl } = delivery;
      if (topic !== undefined) kept = kept.filter((other) => other.push.topic !== topic);
      if (ttl > 0) kept.push({ until: Date.now() + ttl * 1_000, push });
    },
    goOffline() {
      online = false;
    },
    comeOnline() {
      online = true;
      received.push(...kept.filter(({ until }) => until > Date.now()).map(({ push }) => push));
      kept = [];
    },
    expire() {
      expired = true;
    },
    answerWith(handler) {
      answer = handler;
    },
  };
}
