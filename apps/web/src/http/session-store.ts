import { RedisStore } from "connect-redis";
import type { SessionData } from "express-session";
import { days } from "@tendril/runtime";

import type { Redis } from "./redis.ts";

/** Unused for a week, or older than a month: over. */
const idleMs = days(7);
export const absoluteMs = days(30);

const prefix = "session:";
const ofPerson = (userId: number): string => `sessions-of:${userId}`;

/** A session that somebody asked for already. */
export type SessionReading = { id: string; session: Promise<SessionData | null> };

/** One Redis command per request: reading extends the idle time, and nothing is written unless it changed. */
export class SessionStore extends RedisStore {
  readonly #redis: Redis;
  /** Whose they are. */
  readonly #starting = new Map<string, number>();
  #handedOver: SessionReading | undefined;

  constructor(redis: Redis) {
    super({ client: redis, prefix, ttl: idleMs / 1_000, disableTouch: true });
    this.#redis = redis;
  }

  /** Allows the first save of a session; all later ones need it to be there still. */
  admit(id: string, userId: number): void {
    this.#starting.set(id, userId);
  }

  /** Signs a person out everywhere, after a change of password. */
  async endAll(userId: number): Promise<void> {
    const ids = await this.#redis.sMembers(ofPerson(userId));
    await this.#redis.del([ofPerson(userId), ...ids.map((id) => prefix + id)]);
  }

  /** Of all that are not over; what has run out is forgotten on the way. */
  async list(userId: number): Promise<{ id: string; session: SessionData }[]> {
    const ids = await this.#redis.sMembers(ofPerson(userId));
    if (ids.length === 0) return [];
    const stored = await this.#redis.mGet(ids.map((id) => prefix + id));
    const over = ids.filter((_, index) => stored[index] === null);
    if (over.length > 0) await this.#redis.sRem(ofPerson(userId), over);
    return ids.flatMap((id, index) => {
      const json = stored[index];
      return json ? [{ id, session: JSON.parse(json) }] : [];
    });
  }

  /** Signs a person out everywhere but here. */
  async endOthers(userId: number, here: string): Promise<void> {
    const ids = await this.#redis.sMembers(ofPerson(userId));
    const others = ids.filter((id) => id !== here);
    if (others.length === 0) return;
    await this.#redis.del(others.map((id) => prefix + id));
    await this.#redis.sRem(ofPerson(userId), others);
  }

  /** Null when it is over. */
  async read(id: string): Promise<SessionData | null> {
    const stored = await this.#redis.getEx(prefix + id, { type: "PX", value: idleMs });
    const session: SessionData | null = stored === null ? null : JSON.parse(stored);
    const over = session !== null && Date.now() - (session.startedAt ?? 0) > absoluteMs;
    return over ? null : session;
  }

  /** What `load` asks for on the spot is answered with `reading`, if that is it: Redis is asked once. */
  handOver(reading: SessionReading | undefined, load: () => void): void {
    this.#handedOver = reading;
    try {
      load();
    } finally {
      this.#handedOver = undefined;
    }
  }

  override async get(
    id: string,
    done: (error?: unknown, session?: SessionData | null) => void,
  ): Promise<void> {
    const known = this.#handedOver?.id === id ? this.#handedOver.session : undefined;
    try {
      done(null, await (known ?? this.read(id)));
    } catch (error) {
      done(error);
    }
  }

  /** A request that ends after its person signed out elsewhere must not bring the session back. */
  override async set(
    id: string,
    session: SessionData,
    done?: (error?: unknown) => void,
  ): Promise<void> {
    try {
      const json = JSON.stringify(session);
      const expiration = { type: "PX", value: idleMs } as const;
      const userId = this.#starting.get(id);
      this.#starting.delete(id);
      if (userId === undefined)
        await this.#redis.set(prefix + id, json, { expiration, condition: "XX" });
      // In one: a list that names it before it is there would be taken for old, and nothing could end it by that list.
      else
        await this.#redis
          .multi()
          .set(prefix + id, json, { expiration })
          .sAdd(ofPerson(userId), id)
          .pExpire(ofPerson(userId), absoluteMs)
          .exec();
      done?.();
    } catch (error) {
      done?.(error);
    }
  }
}
