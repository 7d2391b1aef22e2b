import type { Variables } from "../space/environment.ts";

let taken: string | undefined;

/**
 * The AWS SDK reads its endpoints and credentials from this process's own environment, so tiers in
 * this process can belong to one space at a time.
 */
export function lendAwsSettings(space: string, environment: Variables): Disposable {
  if (taken !== undefined)
    throw new Error(
      `Tiers of ${taken} run in this process: dispose of that environment first, or use startTestEnv({ processes: true })`,
    );
  taken = space;
  const before = Object.entries(process.env).filter(([name]) => name.startsWith("AWS_"));
  const clear = () => {
    for (const name of Object.keys(process.env))
      if (name.startsWith("AWS_")) delete process.env[name];
  };
  clear();
  Object.assign(
    process.env,
    Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith("AWS_"))),
  );
  return {
    [Symbol.dispose]() {
      clear();
      Object.assign(process.env, Object.fromEntries(before));
      taken = undefined;
    },
  };
}
