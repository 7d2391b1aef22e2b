import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";

import { z } from "zod";

import { type Identity, isAlive } from "./identity.ts";
import { stopAll } from "./stop.ts";

/**
 * Outlives the process that started it by a moment. Its input closes when that process ends,
 * even by kill -9; then it ends what that process left behind. It runs in its own group, so a
 * Ctrl-C at the terminal does not take it along.
 */
const order = z.union([
  z.object({ watch: z.object({ pid: z.number(), started: z.string() }) }),
  z.object({ remove: z.string() }),
]);

const watched: Identity[] = [];
const folders: string[] = [];
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const read = order.parse(JSON.parse(line));
  if ("watch" in read) watched.push(read.watch);
  else folders.push(read.remove);
}
await stopAll(watched.filter(isAlive), 8_000);
// Thousands of files: one after the other, each would wait for a disk that others use.
await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
