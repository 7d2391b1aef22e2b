import { Socket } from "node:net";

/**
 * Aborted when this process is asked to end (Ctrl-C, SIGTERM, a closed terminal), or when the one
 * that started it has died: then the channel it keeps open closes.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort(new DOMException("Stopped", "AbortError"));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
  const lifeline = Number(process.env["TENDRIL_LIFELINE"]);
  delete process.env["TENDRIL_LIFELINE"];
  if (lifeline > 2) {
    const channel = new Socket({ fd: lifeline, readable: true, writable: false });
    channel.on("error", stop).on("close", stop).resume().unref();
  }
  return controller.signal;
}

/** Resolves when it is time to end. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true }),
  );
}
