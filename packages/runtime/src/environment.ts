import { z } from "zod";

import { AppError } from "./errors.ts";

/** Environment variables, as `process.env` has them; tests pass their own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One reader per variable. An empty string counts as not set. */
export type Variables = Record<string, z.ZodType>;

export type Values<V extends Variables> = { [Name in keyof V]: z.output<V[Name]> };

export type Mistake = { variable: string; problem: string };

/** The start is refused: names every wrong variable at once. */
export class ConfigError extends AppError {
  override readonly name = "ConfigError";
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    const lines = mistakes.map(({ variable, problem }) => `  ${variable}: ${problem}`);
    super(`The environment is not complete:\n${lines.join("\n")}`, { code: "config", status: 500 });
    this.mistakes = mistakes;
  }
}

/**
 * Reads all variables and collects every mistake before it complains.
 * `crossCheck` sees what could be read (so members may be missing) and adds its own mistakes.
 */
export function readEnvironment<V extends Variables>(
  environment: Environment,
  variables: V,
  crossCheck: (values: Partial<Values<V>>) => Mistake[] = () => [],
): Values<V> {
  const mistakes: Mistake[] = [];
  const present = Object.fromEntries(
    Object.keys(variables).map((name) => [
      name,
      environment[name] === "" ? undefined : environment[name],
    ]),
  );
  const partial: Partial<Values<V>> = {};
  for (const name of Object.keys(variables) as (keyof V & string)[]) {
    const read = z.safeParse(variables[name]!, present[name]);
    if (read.success) partial[name] = read.data as Values<V>[typeof name];
    else mistakes.push({ variable: name, problem: problemOf(read.error, present[name]) });
  }
  mistakes.push(...crossCheck(partial));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return partial as Values<V>;
}

function problemOf(error: z.ZodError, value: string | undefined): string {
  return value === undefined ? "is missing" : error.issues.map((issue) => issue.message).join("; ");
}

/** Readers for kinds of variables that several packages have. */
export const variable = {
  text: () => z.string().trim().min(1),
  port: () => z.coerce.number().int().min(0).max(65_535),
  integer: (range: { min: number; max?: number }) =>
    z.coerce
      .number()
      .int()
      .min(range.min)
      .max(range.max ?? Number.MAX_SAFE_INTEGER),
  flag: () =>
    z
      .enum(["0", "1"])
      .default("0")
      .transform((value) => value === "1"),
  /** An origin or base URL, without the slash at its end. */
  url: (protocols: readonly string[] = ["http:", "https:"]) =>
    z
      .url()
      .refine(
        (value) => protocols.includes(URL.parse(value)?.protocol ?? ""),
        `must begin with ${protocols.join(" or ")}`,
      )
      .transform((value) => value.replace(/\/+$/, "")),
  /** Comma-separated secrets, newest first: the first signs, all of them verify. */
  secrets: () =>
    z
      .string()
      .transform((value) =>
        value
          .split(",")
          .map((secret) => secret.trim())
          .filter(Boolean),
      )
      .pipe(z.array(z.string().min(16, "each secret needs at least 16 characters")).min(1)),
};

/** What is good enough on one's own machine is refused where others can come. */
export function checkSecrets(
  variable: string,
  secrets: readonly string[] | undefined,
): readonly Mistake[] {
  const good = secrets?.every((each) => each.length >= 32 && !each.startsWith("development"));
  return good === false
    ? [{ variable, problem: "needs real secrets of at least 32 characters under https" }]
    : [];
}

const loopback = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/;

/** True for names that cannot leave this machine, for which TLS would protect nothing. */
export function isLoopback(host: string): boolean {
  return loopback.test(host);
}
