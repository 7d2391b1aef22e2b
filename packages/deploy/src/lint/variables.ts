import { z } from "zod";

import type { Tier } from "../bundle/tiers.ts";
import type { Settings } from "./settings.ts";
import { finding, type Finding, type Place } from "./finding.ts";
import { nearest } from "./options/nearest.ts";
import { environmentNamespace, secretsNamespace, type SetOption } from "./options/read.ts";

/** What an app reads of its environment. */
export type AppVariables = {
  /** One reader per variable, as the app has them. */
  readers: Readonly<Record<string, z.ZodType>>;
  /** What it says to be missing when these are set, all well, under https. */
  lacking(names: ReadonlySet<string>): readonly { variable: string; problem: string }[];
};

/** Read by others than the apps' config.ts. */
const readElsewhere = new Set(["NODE_ENV", "NODE_OPTIONS", "NPM_USE_PRODUCTION"]);

/** Of all `NAME=value` together. */
const mostBytes = 4_096;
/** What a placeholder may become: host names and ARNs are shorter. */
const placeholderBytes = 120;

/** Whether what is set is read, and what is needed is set, with values that the app takes. */
export function checkVariables(
  settings: Settings,
  { readers, lacking }: AppVariables,
  tier: Tier,
  place: Place,
): Finding[] {
  const set = settings.all.filter(({ namespace }) =>
    [environmentNamespace, secretsNamespace].includes(namespace),
  );
  const found: Finding[] = [];
  for (const each of set) found.push(...checkVariable(each, readers, tier));

  const names = new Set(set.map(({ option }) => option));
  for (const { variable, problem } of lacking(names)) {
    const cure = "add it here, or in .ebextensions if it is the same everywhere";
    found.push(finding(place, `${tier} does not start: ${variable} ${problem}`, cure));
  }
  const bytes = set.reduce((sum, each) => sum + bytesOf(each), 0);
  if (bytes > mostBytes)
    found.push(
      finding(
        place,
        `the variables have about ${bytes} bytes`,
        `Elastic Beanstalk takes ${mostBytes}: shorten or drop some`,
      ),
    );
  return found;
}

function checkVariable(
  { option, value, namespace, isOpen, at }: SetOption,
  readers: AppVariables["readers"],
  tier: Tier,
): Finding[] {
  if (readElsewhere.has(option)) return [];
  const reader = readers[option];
  if (!reader) {
    const near = nearest(option, Object.keys(readers));
    const cure = near ? `did you mean ${near}?` : "remove it, or read it in config.ts";
    return [finding(at, `${tier} never reads ${option}`, cure)];
  }
  if (isOpen || namespace === secretsNamespace) return [];
  const read = z.safeParse(reader, value);
  if (read.success) return [];
  const cure = read.error.issues.map(({ message }) => message).join("; ");
  return [finding(at, `${tier} does not take ${option}="${value}"`, cure)];
}

function bytesOf({ option, value }: SetOption): number {
  const longest = value.replace(/\{\{\w+\}\}/g, "x".repeat(placeholderBytes));
  return Buffer.byteLength(`${option}=${longest}`);
}
