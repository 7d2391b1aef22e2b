import { readFileSync } from "node:fs";

import { z } from "zod";

import { tiers } from "../../bundle/tiers.ts";

const valid = z.object({
  type: z.enum([
    "bool",
    "int",
    "number",
    "enum",
    "string",
    "comma-list",
    "iso8601-duration",
    "json",
    "unsupported",
  ]),
  values: z.array(z.string()).optional(),
  min: z.union([z.number(), z.string()]).optional(),
  max: z.union([z.number(), z.string()]).optional(),
  of: z.string().optional(),
  pattern: z.string().optional(),
  keyPattern: z.string().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  maxLength: z.number().optional(),
});

const knownOption = z.object({
  namespace: z.string(),
  option: z.string(),
  valid,
  tiers: z.array(z.enum(tiers)),
  notes: z.string(),
});

export type Valid = z.output<typeof valid>;
export type KnownOption = z.output<typeof knownOption>;

const file = new URL("../eb-options.json", import.meta.url);
export const knownOptions: readonly KnownOption[] = z
  .array(knownOption)
  .parse(JSON.parse(readFileSync(file, "utf8")));

/** The process, port, rule … that a namespace ends with is of one's choice. */
function fits(pattern: string, name: string): boolean {
  if (!pattern.endsWith(":*")) return pattern === name;
  const rest = name.slice(pattern.length - 1);
  return name.startsWith(pattern.slice(0, -1)) && rest !== "" && !rest.includes(":");
}

/** Those of a namespace, exact ones before those with `*`. */
export function optionsIn(namespace: string): KnownOption[] {
  const fitting = knownOptions.filter((each) => fits(each.namespace, namespace));
  return fitting.toSorted((a, b) => stars(a) - stars(b));
}

const stars = ({ namespace, option }: KnownOption) =>
  (namespace.endsWith("*") ? 2 : 0) + (option === "*" ? 1 : 0);

export function findOption(namespace: string, option: string): KnownOption | undefined {
  return optionsIn(namespace).find((each) => each.option === option || each.option === "*");
}
