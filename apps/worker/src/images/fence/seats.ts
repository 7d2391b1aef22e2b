type Waiting = { count: number; sit: () => void };

/** So many may work at once. First come, first served, also for one who needs several seats. */
export class Seats {
  #free: number;
  readonly #waiting = new Set<Waiting>();

  constructor(total: number) {
    this.#free = total;
  }

  async take(count: number, signal?: AbortSignal): Promise<Disposable> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { count, sit: resolve };
    const leave = () => {
      if (!this.#waiting.delete(waiting)) return;
      reject(signal?.reason);
      this.#serve();
    };
    this.#waiting.add(waiting);
    signal?.addEventListener("abort", leave, { once: true });
    this.#serve();
    try {
      await promise;
    } finally {
      signal?.removeEventListener("abort", leave);
    }
    return {
      [Symbol.dispose]: () => {
        this.#free += count;
        this.#serve();
      },
    };
  }

  #serve(): void {
    for (const next of this.#waiting) {
      if (next.count > this.#free) return;
      this.#waiting.delete(next);
      this.#free -= next.count;
      next.sit();
    }
  }
}
