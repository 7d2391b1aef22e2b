/** Bits, highest first. `ue` is the Exp-Golomb code of H.265 (for 0 also its signed form). */
export class BitWriter {
  readonly #chunks: Uint8Array[] = [];
  #current: number[] = [];
  #byte = 0;
  #filled = 0;

  write(value: number, length: number): this {
    for (let bit = length - 1; bit >= 0; bit--) {
      this.#byte = (this.#byte << 1) | ((value >>> bit) & 1);
      if (++this.#filled === 8) this.#flushByte();
    }
    return this;
  }

  ue(value: number): this {
    const length = 32 - Math.clz32(value + 1);
    return this.write(0, length - 1).write(value + 1, length);
  }

  /** Only where bits are aligned to bytes. */
  bytes(bytes: Uint8Array): this {
    this.#chunks.push(Uint8Array.from(this.#current), bytes);
    this.#current = [];
    return this;
  }

  align(): this {
    while (this.#filled > 0) this.write(0, 1);
    return this;
  }

  /** The end mark of a parameter set. */
  trailing(): Buffer {
    return this.write(1, 1).align().end();
  }

  end(): Buffer {
    return Buffer.concat([...this.#chunks, Uint8Array.from(this.#current)]);
  }

  #flushByte(): void {
    this.#current.push(this.#byte);
    this.#byte = 0;
    this.#filled = 0;
  }
}
