import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { UnreadableImageError } from "../unreadable-image-error.ts";
import type { ProcessedImage } from "../process-image.ts";
import { answerSchema, type Fault, type PhotoRequest } from "./messages.ts";
import { showsUsage, usageOf, type Usage } from "./usage.ts";

const main = fileURLToPath(new URL(`./child-main${extname(import.meta.url)}`, import.meta.url));

/**
 * Pictures lie outside of V8's heap: this is for the program alone. Left to itself, the part for
 * young objects grows until a child rests at 160 MB instead of 40.
 */
const heap = ["--max-old-space-size=64", "--max-semi-space-size=2"];
/** A decoder fills some 30 MB in this time. */
const lookEveryMs = 20;
const lastWordsLength = 10_000;
const heapIsFull = /JavaScript heap out of memory/;

/** The photo needs more memory than it was given. */
export class MemoryLimitError extends Error {
  override readonly name = "MemoryLimitError";
}

/** The process ended without an answer, and it was not us who ended it. It says nothing about the photo. */
export class ImageProcessError extends Error {
  override readonly name = "ImageProcessError";
}

export type RunLimits = { memoryBytes: number; computingMs: number; ms: number };

/** A process that makes variants, one photo after the other, with none of the worker's secrets in it. */
export class ImageChild implements AsyncDisposable {
  photos = 0;
  readonly #process: ChildProcess;
  readonly #closed: Promise<void>;
  #open = true;
  #reported: Usage = { residentBytes: 0, computedMs: 0 };
  #lastWords = "";

  private constructor() {
    this.#process = fork(main, [], {
      serialization: "advanced",
      execArgv: heap,
      // Without it, each thread of the C library keeps what it has freed for itself.
      env: { MALLOC_ARENA_MAX: "2" },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#process.stderr?.setEncoding("utf8").on("data", (words: string) => {
      this.#lastWords = (this.#lastWords + words).slice(-lastWordsLength);
    });
    this.#closed = new Promise((resolve) => {
      this.#process.once("close", () => {
        this.#open = false;
        resolve();
      });
    });
    // What cannot be sent to one that has ended is told by its end.
    this.#process.on("error", () => {});
  }

  static async start(): Promise<ImageChild> {
    const child = new ImageChild();
    await Promise.race([once(child.#process, "message"), child.#closed]);
    if (!child.open) throw child.#unexpectedEnd("before it could begin");
    return child;
  }

  get open(): boolean {
    return this.#open && this.#process.connected && !this.#process.killed;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get usage(): Usage {
    return showsUsage ? usageOf(this.pid) : this.#reported;
  }

  /** Resolves once the process is gone, so that nothing writes any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#closed;
  }

  /** When it rejects with anything but the child's own verdict, the child has ended. */
  async run(
    request: PhotoRequest,
    { memoryBytes, computingMs, ms }: RunLimits,
    signal?: AbortSignal,
  ): Promise<ProcessedImage> {
    signal?.throwIfAborted();
    this.photos++;
    const { promise, resolve, reject } = Promise.withResolvers<ProcessedImage>();
    let ended: unknown;
    const end = (why: unknown) => {
      ended ??= why;
      this.#process.kill("SIGKILL");
    };
    const hear = (message: unknown) => {
      const { data: answer } = answerSchema.safeParse(message);
      switch (answer?.kind) {
        case "processed":
          return resolve(inDirectory(request.directory, answer.image));
        case "unreadable":
          return reject(new UnreadableImageError(answer.reason, { cause: rebuilt(answer.fault) }));
        case "failed":
          return reject(rebuilt(answer.fault));
        case "usage":
          this.#reported = answer.usage;
          return;
        default:
          return end(new ImageProcessError("The image process answered with something else"));
      }
    };
    const before = this.usage.computedMs;
    const look = () => {
      const { residentBytes, computedMs } = this.usage;
      if (residentBytes > memoryBytes)
        end(new MemoryLimitError(`${residentBytes} bytes where ${memoryBytes} were allowed`));
      if (computedMs - before > computingMs) end(tooDemanding(`${computingMs} ms of computing`));
    };
    // Its share of the processor was too small, or it waits for something: not the photo's fault.
    const late = () => end(new ImageProcessError(`The image process was not ready after ${ms} ms`));
    const abort = () => end(signal?.reason);
    const close = () => {
      // Texts in a picture become strings of ours: the one thing of it that lies in the heap.
      if (heapIsFull.test(this.#lastWords)) ended ??= tooDemanding("heap out of memory");
      reject(ended ?? this.#unexpectedEnd("in the middle of a photo"));
    };

    using cleanup = new DisposableStack();
    const watch = setInterval(look, lookEveryMs);
    cleanup.defer(() => clearInterval(watch));
    const timer = setTimeout(late, ms);
    cleanup.defer(() => clearTimeout(timer));
    signal?.addEventListener("abort", abort, { once: true });
    cleanup.defer(() => signal?.removeEventListener("abort", abort));
    this.#process.on("message", hear).once("close", close);
    cleanup.defer(() => this.#process.off("message", hear).off("close", close));

    if (this.open) this.#process.send(request, () => {});
    else if (!this.#open) close();
    return await promise;
  }

  #unexpectedEnd(when: string): ImageProcessError {
    const { signalCode, exitCode } = this.#process;
    const how = signalCode ? `by ${signalCode}` : `with code ${exitCode}`;
    const options = this.#lastWords ? { cause: new Error(this.#lastWords) } : {};
    return new ImageProcessError(`The image process ended ${how} ${when}`, options);
  }
}

/** The photo's own fault: no other attempt on this machine would end better. */
export function tooDemanding(detail: string): UnreadableImageError {
  return new UnreadableImageError("too-demanding", { cause: new Error(detail) });
}

function rebuilt({ name, message, stack }: Fault): Error {
  const error = new Error(message);
  error.name = name;
  if (stack) error.stack = stack;
  return error;
}

type Told = Omit<ProcessedImage, "variants"> & {
  variants: Omit<ProcessedImage["variants"][number], "path">[];
};

/** Where the variants lie is not the child's to say. */
function inDirectory(directory: string, image: Told): ProcessedImage {
  const variants = image.variants.map((each) => ({ ...each, path: join(directory, each.name) }));
  return { ...image, variants };
}
