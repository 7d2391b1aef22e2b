import { subscribe } from "node:diagnostics_channel";
import { Server } from "node:net";
import { DatabaseSync } from "node:sqlite";

import { z } from "zod";

/** S3 takes 5 GiB in one PUT, fauxqs 11 MiB; our uploads lie between. */
const MAX_BODY = 256 * 1024 * 1024;

/** `startFauxqs`, which alone wires the persistence, listens on all interfaces. */
export function listenOnLoopbackOnly(): void {
  const original = Server.prototype.listen;
  Server.prototype.listen = function listen(this: Server, ...args: unknown[]): Server {
    const [options, ...rest] = args;
    const loopback =
      typeof options === "object" && options !== null ? { ...options, host: "127.0.0.1" } : options;
    return Reflect.apply(original, this, [loopback, ...rest]);
  };
}

type AddHook = (name: "onRoute", hook: (route: { bodyLimit?: number }) => void) => void;
const created = z.object({ fastify: z.custom<{ addHook: AddHook }>() });

export function takeLargeBodies(): void {
  subscribe("fastify.initialization", (message) => {
    created.parse(message).fastify.addHook("onRoute", (route) => {
      route.bodyLimit = MAX_BODY;
    });
  });
}

/**
 * In fauxqs 2.4.1 a message that is given back (visibility 0) is lost when there is persistence:
 * its receive count is set to null, which the column forbids, after the message has been taken out.
 * Guarded by "a message that is given back" in tests/sqs-front.test.ts.
 */
export function keepReceiveCounts(): void {
  const original = DatabaseSync.prototype.prepare;
  DatabaseSync.prototype.prepare = function prepare(this: DatabaseSync, sql: string) {
    return original.call(
      this,
      sql.replace(
        "approximate_receive_count = ?",
        "approximate_receive_count = COALESCE(?, approximate_receive_count)",
      ),
    );
  };
}

/**
 * In fauxqs 2.4.1 keys are listed by the language's order, and the next page begins by the order of bytes, which is
 * that of S3: what lies between the two is left out. It compares only names that way, and is alone in its process.
 * Guarded by "a listing in pages" in tests/s3-front.test.ts.
 */
export function listKeysByBytes(): void {
  Reflect.defineProperty(String.prototype, "localeCompare", {
    value(this: string, that: string): number {
      return Buffer.compare(Buffer.from(String(this)), Buffer.from(that));
    },
  });
}
