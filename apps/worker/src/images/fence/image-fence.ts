import type { ProcessedImage, ProcessOptions } from "../process-image.ts";
import { ImageChild, MemoryLimitError, tooDemanding } from "./image-child.ts";
import { imageLimits, type ImageLimits } from "./limits.ts";
import { Seats } from "./seats.ts";

/**
 * Strangers' files are decoded in processes of their own, within limits of time and memory: whatever
 * a picture does, it does to its own child (ADR 0007). Children are started when they are needed
 * and serve many photos.
 */
export class ImageFence implements AsyncDisposable {
  readonly #limits: ImageLimits;
  readonly #seats: Seats;
  readonly #children = new Set<ImageChild>();
  readonly #idle: ImageChild[] = [];
  #closed = false;

  constructor(limits: Partial<ImageLimits> = {}) {
    this.#limits = { ...imageLimits(), ...limits };
    this.#seats = new Seats(this.#limits.slots);
  }

  /** Process ids of the children, for tests and the curious. */
  get pids(): number[] {
    return [...this.#children].filter(({ open }) => open).map(({ pid }) => pid);
  }

  /**
   * `processImage`, fenced. UnreadableImageError says what is wrong with the photo; any other error
   * (among them a child that somebody else killed) says nothing about it, and another try may help.
   */
  async process(path: string, options: ProcessOptions): Promise<ProcessedImage> {
    const { slots, shareBytes, aloneBytes } = this.#limits;
    try {
      using _seat = await this.#seats.take(1, options.signal);
      return await this.#run(path, options, shareBytes);
    } catch (error) {
      if (!(error instanceof MemoryLimitError)) throw error;
      if (aloneBytes <= shareBytes) throw tooDemanding(error.message);
    }
    using _all = await this.#seats.take(slots, options.signal);
    await Promise.all(this.#idle.splice(0).map((child) => this.#end(child)));
    try {
      return await this.#run(path, options, aloneBytes);
    } catch (error) {
      throw error instanceof MemoryLimitError ? tooDemanding(error.message) : error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#children].map((child) => this.#end(child)));
  }

  async #run(
    path: string,
    { directory, signal }: ProcessOptions,
    memoryBytes: number,
  ): Promise<ProcessedImage> {
    const { computingMs, photoMs } = this.#limits;
    const child = await this.#takeChild();
    try {
      const limits = { memoryBytes, computingMs, ms: photoMs };
      return await child.run({ path, directory }, limits, signal);
    } finally {
      if (this.#isWorn(child)) await this.#end(child);
      else this.#idle.push(child);
    }
  }

  async #takeChild(): Promise<ImageChild> {
    for (let child = this.#idle.pop(); child; child = this.#idle.pop()) {
      if (child.open) return child;
      await this.#end(child);
    }
    // Once more, as a signal to all processes can meet one that is not deaf to it yet.
    const child = await ImageChild.start().catch(() => ImageChild.start());
    this.#children.add(child);
    if (!this.#closed) return child;
    await this.#end(child);
    throw new Error("The image processes have been ended");
  }

  #isWorn({ open, photos, usage }: ImageChild): boolean {
    const { photosPerChild, restingBytes } = this.#limits;
    return !open || photos >= photosPerChild || usage.residentBytes > restingBytes;
  }

  async #end(child: ImageChild): Promise<void> {
    this.#children.delete(child);
    await child[Symbol.asyncDispose]();
  }
}
