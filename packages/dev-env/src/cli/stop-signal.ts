import { Socket } from "node:net";

/**
 * Aborted when this process is asked to end (Ctrl-C, SIGTERM, a closed terminal), or when the one
 * that started it has died: then the channel it keeps open closes.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (why: string) => controller.abort(new DOMException(why, "AbortError"));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
  const lifeline = Number(process.env["TENDRIL_LIFELINE"]);
  delete process.env["TENDRIL_LIFELINE"];
  if (lifeline > 2) {
    const channel = new Socket({ fd: lifeline, readable: true, writable: false });
    const closed = () => stop("npm was killed");
    channel.on("error", closed).on("close", closed).resume().unref();
  }
  return controller.signal;
}

/** Resolves when it is time to end, with the reason. */
export async function aborted(signal: AbortSignal): Promise<string> {
  if (!signal.aborted)
    await new Promise<void>((resolve) =>
      signal.addEventListener("abort", () => resolve(), { once: true }),
    );
  return signal.reason instanceof Error ? signal.reason.message : "";
}
