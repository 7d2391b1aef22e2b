import { isMap } from "yaml";

import type { Tier } from "../bundle/tiers.ts";
import { finding, type Finding } from "./finding.ts";
import { readOptions, type SetOption } from "./options/read.ts";
import { member, readYaml, textOf, unknownKeys } from "./yaml.ts";

export type SavedConfiguration = { options: SetOption[]; findings: Finding[] };

const keys = [
  "EnvironmentConfigurationMetadata",
  "AWSConfigurationTemplateVersion",
  "EnvironmentTier",
  "Platform",
  "SolutionStack",
  "OptionSettings",
];

const tierOf: Record<Tier, { Name: string; Type: string }> = {
  web: { Name: "WebServer", Type: "Standard" },
  worker: { Name: "Worker", Type: "SQS/HTTP" },
};

/** The template of what an environment is created from. */
export function readSavedConfiguration(file: string, text: string, tier: Tier): SavedConfiguration {
  const yaml = readYaml(file, text);
  const { top } = yaml;
  const findings = [...yaml.findings];
  if (!isMap(top)) return { options: [], findings };
  findings.push(...unknownKeys(yaml, top, keys, "a saved configuration"));
  const complain = (node: unknown, message: string, cure: string) =>
    findings.push(finding(yaml.at(node), message, cure));

  const version = member(top, "AWSConfigurationTemplateVersion");
  if (textOf(version) !== "1.1.0.0")
    complain(version ?? top, "the version of the template", "write 1.1.0.0");
  const environmentTier = member(top, "EnvironmentTier");
  for (const [name, value] of Object.entries(tierOf[tier])) {
    if (textOf(member(environmentTier, name)) !== value)
      complain(environmentTier ?? top, `EnvironmentTier ${name} of ${tier}`, `write ${value}`);
  }
  if (member(top, "Platform") === undefined && member(top, "SolutionStack") === undefined)
    complain(top, "it names no platform", "write Platform: {PlatformArn: …}");
  const read = readOptions(yaml, member(top, "OptionSettings"));
  return { options: read.options, findings: [...findings, ...read.findings] };
}

/** Can be chosen only while an environment is created, before any file of a bundle is read. */
const atCreation = new Set(["LoadBalancerType", "LoadBalancerIsShared", "SharedLoadBalancer"]);

/** What stands in the wrong one of the two places, or in both. */
export function checkPlaces(inFiles: readonly SetOption[], saved: readonly SetOption[]): Finding[] {
  const nameOf = ({ namespace, option }: SetOption) => `${namespace} ${option}`;
  const files = new Map(inFiles.map((set) => [nameOf(set), set.at.file]));
  const both = saved.flatMap((set) => {
    const file = files.get(nameOf(set));
    if (file === undefined) return [];
    const cure = "this one would win for ever: keep it in one place";
    return [finding(set.at, `${nameOf(set)} stands in ${file}, too`, cure)];
  });
  const tooLate = inFiles
    .filter(({ option }) => atCreation.has(option))
    .map(({ option, at }) =>
      finding(at, `${option} is read only at creation`, "move it to the saved configuration"),
    );
  return [...both, ...tooLate];
}
