import { subscribe } from "node:diagnostics_channel";
import { Server } from "node:net";

import { startFauxqs } from "fauxqs";
import { z } from "zod";

// `startFauxqs`, which alone wires the persistence, listens on all interfaces and takes bodies of
// 11 MiB. This machine alone shall reach it, and S3 takes 5 GiB in one PUT.
const MAX_BODY = 256 * 1024 * 1024;

const original = Server.prototype.listen;
Server.prototype.listen = function listen(this: Server, ...args: unknown[]): Server {
  const [options, ...rest] = args;
  const loopback = typeof options === "object" && options !== null ? { ...options, host: "127.0.0.1" } : options;
  return Reflect.apply(original, this, [loopback, ...rest]);
};

const route = z.custom<{ bodyLimit?: number }>();
const app = z.object({ fastify: z.custom<{ addHook(name: "onRoute", hook: (route: { bodyLimit?: number }) => void): void }>() });
subscribe("fastify.initialization", (message) => {
  app.parse(message).fastify.addHook("onRoute", (options: z.infer<typeof route>) => {
    options.bodyLimit = MAX_BODY;
  });
});

const [port, dataDir, region] = process.argv.slice(2);
const server = await startFauxqs({
  port: Number(port),
  logger: false,
  defaultRegion: region ?? "eu-central-1",
  ...(dataDir ? { dataDir, s3StorageDir: `${dataDir}/s3` } : {}),
});
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => void server.stop());
