/** Lines for a person. Nothing is coloured and nothing moves, so that it reads the same in a log. */
export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** `✓ MariaDB … 0.8 s` */
export function sayDone(what: string, milliseconds: number): void {
  say(`✓ ${what} … ${(milliseconds / 1_000).toFixed(1)} s`);
}

/** Does something and says how long it took. */
export async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  sayDone(what, performance.now() - started);
  return result;
}
