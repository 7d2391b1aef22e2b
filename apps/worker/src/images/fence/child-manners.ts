import { writeFileSync } from "node:fs";

// Imported first, so that it holds before the libraries are loaded.

// Ctrl-C and the platform's stop reach all processes of the worker, which may let its photos end.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

// The parent is gone. An exit would wait for a decoder in the middle of its work.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));

try {
  // Should memory run out all the same, the kernel takes this process before any other.
  writeFileSync("/proc/self/oom_score_adj", "1000");
} catch {
  // Only Linux has it.
}
