import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { within } from "../wait.ts";
import type { Identity } from "./identity.ts";

export interface Guardian extends AsyncDisposable {
  readonly pid: number;
  /** To be ended when this process is gone. */
  watch(identity: Identity): void;
  /** A folder to be removed when this process is gone. */
  remove(folder: string): void;
}

/** Starts the process that clears up after this one, whatever way this one ends. */
export function startGuardian(): Guardian {
  const script = fileURLToPath(new URL("guardian-main.ts", import.meta.url));
  const child = spawn(process.execPath, [script], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const ended = once(child, "exit");
  // A guardian that was killed must not take us along.
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  child.unref();
  const tell = (order: object) => child.stdin.write(`${JSON.stringify(order)}\n`);
  return {
    pid: child.pid ?? 0,
    watch: (watch) => void tell({ watch }),
    remove: (remove) => void tell({ remove }),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      if (child.exitCode === null && child.signalCode === null) await within(ended, 60_000);
    },
  };
}
