/** The cookies of one visitor to one site. */
export class CookieJar {
  readonly #cookies = new Map<string, string>();

  /** Takes over what an answer sets, and drops what it ends. */
  keep(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(";");
      const [name = "", ...value] = pair.split("=");
      const ended = attributes.some((attribute) => {
        const [key = "", text = ""] = attribute.trim().split("=");
        return (
          (key.toLowerCase() === "max-age" && Number(text) <= 0) ||
          (key.toLowerCase() === "expires" && Date.parse(text) <= Date.now())
        );
      });
      if (ended) this.#cookies.delete(name.trim());
      else this.#cookies.set(name.trim(), value.join("="));
    }
  }

  get header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  get(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  clear(): void {
    this.#cookies.clear();
  }
}
