import type { SetOption } from "./options/read.ts";

/** All that is set for one tier, in files and in its saved configuration. */
export class Settings {
  readonly all: readonly SetOption[];
  readonly #byName: Map<string, SetOption>;

  constructor(all: readonly SetOption[]) {
    this.all = all;
    this.#byName = new Map(all.map((set) => [`${set.namespace} ${set.option}`, set]));
  }

  find(namespace: string, option: string): SetOption | undefined {
    return this.#byName.get(`${namespace} ${option}`);
  }

  /** Undefined, too, where only the installation knows it. */
  value(namespace: string, option: string): string | undefined {
    const set = this.find(namespace, option);
    return set && !set.isOpen ? set.value : undefined;
  }

  number(namespace: string, option: string): number | undefined {
    const value = this.value(namespace, option);
    return value === undefined || value === "" ? undefined : Number(value);
  }
}
